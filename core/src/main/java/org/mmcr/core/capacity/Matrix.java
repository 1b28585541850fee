package org.mmcr.core.capacity;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;

/**
 * A matrix of float64 numbers, row by row. The array is not copied, neither on the way in nor out.
 *
 * @param rows number of rows
 * @param columns number of columns
 * @param values {@code rows * columns} numbers, row by row
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of data, never compared
@API(status = API.Status.STABLE)
public record Matrix(int rows, int columns, double[] values) implements Serializable {
    public Matrix {
        if (rows < 0 || columns < 0 || (long) rows * columns != values.length) {
            throw new MmcrException(
                    "expected rows * columns numbers, found " + values.length + " for " + rows + " x " + columns);
        }
    }

    /**
     * Returns a matrix of zeros.
     *
     * @throws MmcrException if they are more than an array holds
     */
    public static Matrix zeros(int rows, int columns) {
        long count = (long) rows * columns;
        if (count > Integer.MAX_VALUE - 8) {
            throw new MmcrException("expected at most " + (Integer.MAX_VALUE - 8) + " numbers in one piece, found "
                    + rows + " x " + columns + "; use fewer points of a class, or --project");
        }
        return new Matrix(rows, columns, new double[(int) count]);
    }

    /**
     * Returns a copy of rows of equal length.
     *
     * @throws MmcrException if their lengths differ, or if they are more than an array holds
     */
    public static Matrix of(double[][] rows) {
        Matrix matrix = zeros(rows.length, rows.length == 0 ? 0 : rows[0].length);
        for (int i = 0; i < rows.length; i++) {
            if (rows[i].length != matrix.columns) {
                throw new MmcrException(
                        "expected rows of one length, found " + matrix.columns + " and " + rows[i].length + " numbers");
            }
            System.arraycopy(rows[i], 0, matrix.values, i * matrix.columns, matrix.columns);
        }
        return matrix;
    }

    /** Refuses a shape that BLAS would read beyond the ends of the array. */
    private static void requireShape(Matrix found, int rows, int columns) {
        if (found.rows != rows || found.columns != columns) {
            throw new MmcrException("expected a matrix of " + rows + " x " + columns + ", found one of " + found.rows
                    + " x " + found.columns);
        }
    }

    /**
     * Returns the rows of several matrices with equally many columns, in order.
     *
     * @throws MmcrException if they differ in columns
     */
    public static Matrix concatenated(List<Matrix> parts) {
        Matrix all =
                zeros(parts.stream().mapToInt(Matrix::rows).sum(), parts.get(0).columns());
        int offset = 0;
        for (Matrix part : parts) {
            requireShape(part, part.rows, all.columns);
            System.arraycopy(part.values, 0, all.values, offset, part.values.length);
            offset += part.values.length;
        }
        return all;
    }

    /**
     * Returns this (m, k) times other (k, n).
     *
     * @throws MmcrException if other has another number of rows than k
     */
    public Matrix times(Matrix other) {
        requireShape(other, columns, other.columns);
        return Blas.product(this, other);
    }

    /** Returns the inner products of all rows (m, m). */
    public Matrix products() {
        return Blas.products(this);
    }

    /** Returns the inner products of all columns (n, n): the lower triangle, zeros above. */
    public Matrix lowerProductsOfColumns() {
        return Blas.lowerProductsOfColumns(this);
    }

    /**
     * Returns this (m, k) times the transpose of other (n, k): the inner products of their rows (m, n).
     *
     * @throws MmcrException if other has another number of columns than k
     */
    public Matrix timesTransposed(Matrix other) {
        requireShape(other, other.rows, columns);
        return Blas.productTransposed(this, other);
    }

    /** Returns all min(m, n) singular values of this (m, n), descending; this is not modified. O(m n min(m, n)). */
    public double[] singularValues() {
        if (values.length == 0) {
            return new double[0];
        }
        Matrix wide = rows <= columns ? copy() : transposed();
        return Blas.singularValues(Blas.lowerFactor(wide));
    }

    /**
     * Returns all eigenvalues of this symmetric matrix (n, n), ascending; only its lower triangle is read, and it is
     * overwritten.
     *
     * @throws MmcrException if it is not square
     */
    public double[] eigenvalues() {
        requireShape(this, columns, columns);
        return values.length == 0 ? new double[0] : Blas.eigenvalues(this);
    }

    /**
     * Returns all eigenvalues of {@code metric^-1 this}, ascending. Only the lower triangles are read, and both
     * matrices are overwritten.
     *
     * @param metric symmetric and positive definite, (n, n) as this
     * @throws MmcrException if one of them is not (n, n), or the metric is not positive definite
     */
    public double[] eigenvalues(Matrix metric) {
        requireShape(this, columns, columns);
        requireShape(metric, columns, columns);
        return values.length == 0 ? new double[0] : Blas.eigenvalues(this, metric);
    }

    /**
     * Adds another matrix in place.
     *
     * @throws MmcrException if it has another shape
     */
    public void add(Matrix other) {
        requireShape(other, rows, columns);
        for (int i = 0; i < values.length; i++) {
            values[i] += other.values[i];
        }
    }

    /**
     * For m at most n: returns a lower triangular (m, m) with the same inner products of rows; this is overwritten.
     */
    public Matrix lowerFactor() {
        return Blas.lowerFactor(this);
    }

    /** Centres the rows and divides by the largest entry, in place; returns itself. */
    public Matrix centredToUnit() {
        subtractFromRows(meanRow());
        return toUnit();
    }

    /** Divides by the largest entry, in place; returns itself. */
    public Matrix toUnit() {
        double largest = 0;
        for (double value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest > 0 ? scale(1 / largest) : this;
    }

    /** A copy of one row. */
    double[] row(int row) {
        return Arrays.copyOfRange(values, row * columns, (row + 1) * columns);
    }

    /** Returns a matrix of its own with the same entries. */
    public Matrix copy() {
        return new Matrix(rows, columns, values.clone());
    }

    Matrix transposed() {
        Matrix turned = zeros(columns, rows);
        for (int i = 0; i < rows; i++) {
            for (int k = 0; k < columns; k++) {
                turned.values[k * rows + i] = values[i * columns + k];
            }
        }
        return turned;
    }

    double[] meanRow() {
        double[] mean = new double[columns];
        for (int i = 0; i < rows; i++) {
            for (int k = 0; k < columns; k++) {
                mean[k] += values[i * columns + k];
            }
        }
        for (int k = 0; k < columns; k++) {
            mean[k] /= rows;
        }
        return mean;
    }

    double[] rowLengths() {
        double[] lengths = new double[rows];
        for (int i = 0; i < rows; i++) {
            lengths[i] = Math.sqrt(Doubles.dot(values, i * columns, values, i * columns, columns));
        }
        return lengths;
    }

    /** In place. */
    void subtractFromRows(double[] row) {
        for (int i = 0; i < rows; i++) {
            for (int k = 0; k < columns; k++) {
                values[i * columns + k] -= row[k];
            }
        }
    }

    /** In place; returns itself. */
    Matrix scale(double factor) {
        for (int i = 0; i < values.length; i++) {
            values[i] *= factor;
        }
        return this;
    }

    /** A copy of some rows, in the order of their indices. */
    Matrix rowsAt(int[] indices) {
        Matrix some = zeros(indices.length, columns);
        for (int i = 0; i < indices.length; i++) {
            System.arraycopy(values, indices[i] * columns, some.values, i * columns, columns);
        }
        return some;
    }

    /** A copy of the rows from {@code from} up to {@code to}, exclusive. */
    public Matrix rowsBetween(int from, int to) {
        return new Matrix(to - from, columns, Arrays.copyOfRange(values, from * columns, to * columns));
    }

    /** A copy of the first columns. */
    Matrix firstColumns(int count) {
        Matrix some = zeros(rows, count);
        for (int i = 0; i < rows; i++) {
            System.arraycopy(values, i * columns, some.values, i * count, count);
        }
        return some;
    }

    /** A copy of every row. */
    double[][] toRows() {
        double[][] copies = new double[rows][];
        Arrays.setAll(copies, this::row);
        return copies;
    }
}
