package org.mmcr.core.capacity;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.bytedeco.openblas.global.openblas;

/**
 * The centres in coordinates of the space that they span, and their inner products. k vectors are rows: (k, d) in that
 * space, (k, P) over centres.
 *
 * <p>P d and twice P^2 numbers are stored outside the heap, where BLAS reads them without a copy. For one thread;
 * {@link #beside} returns an instance for another.
 */
final class CentreSpace {
    /** Number of rows of a (P, P) matrix that are computed together. */
    private static final int BLOCK = 256;

    private final int size;
    private final int dimension;
    /** (d, N) orthonormal rows; none if the coordinates are those of the input. */
    private final Optional<Matrix> basis;
    /** (P, d), in units of the longest centre, so that nothing underflows. */
    private final DoubleBuffer rows;
    /** (P, P) inner products. */
    private final DoubleBuffer gram;
    /** Their squares. */
    private final DoubleBuffer squares;

    private final double[] diagonal;
    private DoubleBuffer left = outsideTheHeap(0);
    private DoubleBuffer out = outsideTheHeap(0);

    /** Creates the space of centres (P, N) around their mean, which span at most P - 1 dimensions. */
    CentreSpace(Matrix centres) {
        Matrix own = centres.copy().scale(1 / Math.max(Double.MIN_NORMAL, max(centres.rowLengths())));
        Matrix coordinates = own;
        if (own.rows() <= own.columns()) {
            int spanned = own.rows() - 1;
            coordinates = Blas.factor(own).firstColumns(spanned);
            basis = Optional.of(own.rowsBetween(0, spanned));
        } else {
            basis = Optional.empty();
        }
        size = coordinates.rows();
        dimension = coordinates.columns();
        double[] products = Blas.products(coordinates).values();
        diagonal = new double[size];
        Arrays.setAll(diagonal, i -> products[i * (size + 1)]);
        rows = outsideTheHeap(coordinates.values().length).put(0, coordinates.values());
        gram = outsideTheHeap(products.length).put(0, products);
        for (int i = 0; i < products.length; i++) {
            products[i] *= products[i];
        }
        squares = outsideTheHeap(products.length).put(0, products);
    }

    private CentreSpace(CentreSpace shared) {
        size = shared.size;
        dimension = shared.dimension;
        basis = shared.basis;
        rows = shared.rows;
        gram = shared.gram;
        squares = shared.squares;
        diagonal = shared.diagonal;
    }

    /** Returns the same space for another thread: inputs are shared, work arrays are not. */
    CentreSpace beside() {
        return new CentreSpace(this);
    }

    private static double max(double[] values) {
        return Arrays.stream(values).max().orElse(0);
    }

    /** P. */
    int size() {
        return size;
    }

    /** d. */
    int dimension() {
        return dimension;
    }

    /** Squared length of a centre. */
    double diagonal(int centre) {
        return diagonal[centre];
    }

    /** Returns the eigenvalues of the inner products, ascending; as many as the fewer of P and d. */
    double[] eigenvalues() {
        if (dimension < size) {
            double[] coordinates = new double[size * dimension];
            rows.get(0, coordinates);
            return Blas.eigenvalues(new Matrix(size, dimension, coordinates).lowerProductsOfColumns());
        }
        return Blas.eigenvalues(rowsOf(gram, 0, size));
    }

    /** Vectors (k, d) in the space as (k, N) orthonormal rows. */
    Matrix ambient(double[] vectors) {
        Matrix inSpace = new Matrix(vectors.length / dimension, dimension, vectors);
        Matrix out = basis.map(own -> Blas.product(inSpace, own)).orElseGet(inSpace::copy);
        Blas.orthonormalRows(out);
        return out;
    }

    /** Vectors (k, d) -> their inner products with the centres (k, P). */
    double[] images(double[] vectors) {
        return times(vectors, dimension, rows, size, openblas.CblasTrans);
    }

    /** Weights (k, P) of the centres -> their sums (k, d). */
    double[] sums(double[] weights) {
        return times(weights, size, rows, dimension, openblas.CblasNoTrans);
    }

    /** Weights (k, P) of the centres -> the inner products of their sums with the centres (k, P). */
    double[] imagesOfSums(double[] weights) {
        return 2 * dimension < size ? images(sums(weights)) : times(weights, size, gram, size, openblas.CblasNoTrans);
    }

    /** Weights (P) -> sum over n of the squared inner product with centre n, times its weight (P). */
    double[] squaresTimes(double[] weights) {
        makeRoom(size, size);
        left.put(0, weights);
        openblas.cblas_dgemv(
                openblas.CblasRowMajor, openblas.CblasNoTrans, size, size, 1, squares, size, left, 1, 0, out, 1);
        double[] result = new double[size];
        out.get(0, result);
        return result;
    }

    private double[] times(double[] vectors, int width, DoubleBuffer right, int columns, int turn) {
        int count = vectors.length / width;
        double[] result = new double[count * columns];
        if (count > 0) {
            makeRoom(vectors.length, result.length);
            left.put(0, vectors);
            int stride = turn == openblas.CblasTrans ? width : columns;
            openblas.cblas_dgemm(
                    openblas.CblasRowMajor,
                    openblas.CblasNoTrans,
                    turn,
                    count,
                    columns,
                    width,
                    1,
                    left,
                    width,
                    right,
                    stride,
                    0,
                    out,
                    columns);
            out.get(0, result);
        }
        return result;
    }

    private void makeRoom(int forLeft, int forOut) {
        if (left.capacity() < forLeft) {
            left = outsideTheHeap(2 * forLeft);
        }
        if (out.capacity() < forOut) {
            out = outsideTheHeap(2 * forOut);
        }
    }

    /**
     * Returns the mean absolute cosine of different centres without directions whose inner products with them are (k,
     * P).
     */
    double correlation(double[] removed) {
        double[] lengths = new double[size];
        for (int m = 0; m < size; m++) {
            double square = diagonal[m];
            for (int i = m; i < removed.length; i += size) {
                square -= removed[i] * removed[i];
            }
            lengths[m] = Math.sqrt(Math.max(0, square));
        }
        double[] sum = new double[1];
        without(removed, (first, rows) -> {
            for (int m = first; m < first + rows.rows(); m++) {
                int from = (m - first) * size;
                for (int n = 0; n < m; n++) {
                    double both = lengths[m] * lengths[n];
                    sum[0] += both > 0 ? Math.abs(rows.values()[from + n]) / both : 0;
                }
            }
        });
        return 2 * sum[0] / ((double) size * (size - 1));
    }

    /** Receives some rows of a (P, P) matrix. */
    interface Rows {
        void take(int first, Matrix rows);
    }

    /** Inner products of the centres with all after a removal (k, P), some rows at a time, from the first on. */
    void without(double[] removed, Rows taker) {
        int count = removed.length / size;
        Matrix images = new Matrix(count, size, removed);
        for (int first = 0; first < size; first += BLOCK) {
            int height = Math.min(BLOCK, size - first);
            Matrix left = rowsOf(gram, first, height);
            Matrix own = Matrix.zeros(height, count);
            for (int m = 0; m < height; m++) {
                for (int k = 0; k < count; k++) {
                    own.values()[m * count + k] = removed[k * size + first + m];
                }
            }
            Blas.subtractProduct(left, own, images);
            taker.take(first, left);
        }
    }

    private Matrix rowsOf(DoubleBuffer square, int first, int count) {
        Matrix some = Matrix.zeros(count, size);
        square.get(first * size, some.values());
        return some;
    }

    private static DoubleBuffer outsideTheHeap(int count) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(count, Double.BYTES))
                .order(ByteOrder.nativeOrder())
                .asDoubleBuffer();
    }
}
