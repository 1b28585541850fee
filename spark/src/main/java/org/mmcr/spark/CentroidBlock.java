package org.mmcr.spark;

import static org.bytedeco.openblas.global.openblas.CblasLower;
import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.CblasTrans;
import static org.bytedeco.openblas.global.openblas.cblas_dsyrk;

import java.util.Optional;

/** Accumulates the Gram matrix of centroids, many rows at a time by one symmetric product. Not thread-safe. */
final class CentroidBlock {
    /**
     * Number of rows per product. It is large enough that the product takes longer than the pass over its D x D
     * result.
     */
    private static final int FEWEST_ROWS = 256;

    private final GramSum sum;
    private final int dimension;
    private final int capacity;
    private final double[] rows;
    private final double[] gram;
    private int filled;
    private double cosines;

    CentroidBlock(int dimension, int views) {
        this.sum = new GramSum(dimension, views);
        this.dimension = dimension;
        this.capacity = Math.max(FEWEST_ROWS, dimension);
        this.rows = new double[Math.multiplyExact(capacity, dimension)];
        this.gram = new double[Math.multiplyExact(dimension, dimension)];
    }

    /** Adds a sample, or returns an error message and adds nothing. */
    Optional<String> add(double[][] views) {
        if (views.length != sum.views()) {
            return Optional.of("expected " + sum.views() + " views of every sample, found " + views.length);
        }
        int from = filled * dimension;
        java.util.Arrays.fill(rows, from, from + dimension, 0);
        for (double[] view : views) {
            Optional<String> fault = addUnit(view, from);
            if (fault.isPresent()) {
                return fault;
            }
        }
        finishSample(from, views.length);
        return Optional.empty();
    }

    private Optional<String> addUnit(double[] view, int from) {
        if (view.length != dimension) {
            return Optional.of("expected embeddings of " + dimension + " numbers, found one of " + view.length);
        }
        double largest = 0;
        for (double value : view) {
            // NaN is kept: the maximum with it is NaN.
            largest = Math.max(largest, Math.abs(value));
        }
        if (largest == 0 || !Double.isFinite(largest)) {
            return Optional.of("expected finite embeddings with a direction, found "
                    + (largest == 0 ? "only zeros" : "a value that is NaN, infinite or missing"));
        }
        double squares = 0;
        for (double value : view) {
            double scaled = value / largest;
            squares += scaled * scaled;
        }
        double length = Math.sqrt(squares);
        for (int d = 0; d < dimension; d++) {
            rows[from + d] += view[d] / largest / length;
        }
        return Optional.empty();
    }

    private void finishSample(int from, int views) {
        double squares = 0;
        for (int d = from; d < from + dimension; d++) {
            squares += rows[d] * rows[d];
            rows[d] /= views;
        }
        cosines += views == 1 ? 0 : (squares - views) / ((double) views * (views - 1));
        if (++filled == capacity) {
            flush();
        }
    }

    private void flush() {
        if (filled > 0) {
            cblas_dsyrk(
                    CblasRowMajor, CblasLower, CblasTrans, dimension, filled, 1, rows, dimension, 0, gram, dimension);
            sum.add(gram, filled, cosines);
            filled = 0;
            cosines = 0;
        }
    }

    /** Sum of everything added so far. */
    GramSum sum() {
        flush();
        return sum;
    }
}
