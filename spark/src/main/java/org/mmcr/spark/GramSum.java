package org.mmcr.spark;

import java.io.Serializable;
import org.bytedeco.pytorch.Tensor;

/**
 * Sum of {@code centroid centroid^T} over samples, in any order and any parts.
 *
 * <p>Every entry is summed with its rounding error (Knuth's two-sum), so that 10^10 terms have the error of a few, in
 * any summation tree. Only the lower triangle is stored, row by row: D (D + 1) / 2 entries of 16 bytes.
 */
final class GramSum implements Serializable {
    private static final long serialVersionUID = 1;

    private final int dimension;
    private final int views;
    private long samples;
    /** The packed triangle, followed by the sum over samples of the mean cosine between two views. */
    private final double[] sums;

    private final double[] errors;

    GramSum(int dimension, int views) {
        this.dimension = dimension;
        this.views = views;
        sums = new double[Math.toIntExact(entries(dimension) + 1)];
        errors = new double[sums.length];
    }

    private static long entries(long dimension) {
        return dimension * (dimension + 1) / 2;
    }

    /** Size of a sum in bytes, in memory and on the network. */
    static long bytes(long dimension) {
        return 2 * Double.BYTES * (entries(dimension) + 1);
    }

    int dimension() {
        return dimension;
    }

    int views() {
        return views;
    }

    long samples() {
        return samples;
    }

    boolean fits(GramSum other) {
        return dimension == other.dimension && views == other.views;
    }

    /**
     * Adds the Gram matrix of some centroids.
     *
     * @param gram (D, D), row-major; the lower triangle is read
     * @param count number of centroids
     * @param cosines sum of their mean cosines between views
     */
    void add(double[] gram, int count, double cosines) {
        int at = 0;
        for (int row = 0; row < dimension; row++) {
            for (int column = 0; column <= row; column++) {
                add(at++, gram[row * dimension + column]);
            }
        }
        add(at, cosines);
        samples += count;
    }

    /** Adds the sum of another part of the data. */
    void add(GramSum other) {
        for (int i = 0; i < sums.length; i++) {
            add(i, other.sums[i]);
            errors[i] += other.errors[i];
        }
        samples += other.samples;
    }

    private void add(int i, double term) {
        double before = sums[i];
        double after = before + term;
        double taken = after - before;
        errors[i] += (before - (after - taken)) + (term - taken);
        sums[i] = after;
    }

    /** Mean cosine of two different views of a sample; undefined for one view. */
    double meanCosine() {
        int last = sums.length - 1;
        return (sums[last] + errors[last]) / samples;
    }

    /**
     * The Gram matrix, (D, D) float64, lower triangle filled and the rest zero; belongs to the caller's
     * {@code PointerScope}.
     */
    Tensor gram() {
        double[] full = new double[Math.multiplyExact(dimension, dimension)];
        int at = 0;
        for (int row = 0; row < dimension; row++) {
            for (int column = 0; column <= row; column++, at++) {
                full[row * dimension + column] = sums[at] + errors[at];
            }
        }
        return Tensor.create(full, dimension, dimension);
    }
}
