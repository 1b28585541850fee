package org.mmcr.spark;

import java.io.Serializable;
import org.bytedeco.pytorch.Tensor;

/**
 * Sum over samples of {@code centroid centroid^T}, in any order and any parts.
 *
 * <p>Every entry is summed with its rounding error beside it (Knuth's two-sum), so that 10^10 terms carry the error of a few,
 * whatever the tree they are summed in. Only the lower triangle is kept, row after row: D (D + 1) / 2 entries of 16 bytes.
 */
final class GramSum implements Serializable {
    private static final long serialVersionUID = 1;

    private final int dimension;
    private final int views;
    private long samples;
    /** The packed triangle, and behind it the sum over samples of the mean cosine between two views. */
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

    /** Bytes that one sum holds, and that travel. */
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
     * @param gram (D, D) row by row; the lower triangle is read
     * @param count how many centroids
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

    /** Adds what another part of the data came to. */
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

    /** Mean cosine of two different views of a sample; without meaning for one view. */
    double meanCosine() {
        int last = sums.length - 1;
        return (sums[last] + errors[last]) / samples;
    }

    /** (D, D) float64, its lower triangle filled and the rest zero; belongs to the caller's {@code PointerScope}. */
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
