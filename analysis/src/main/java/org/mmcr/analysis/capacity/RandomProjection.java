package org.mmcr.analysis.capacity;

import java.util.random.RandomGenerator;
import org.mmcr.analysis.capacity.SeededRandom.Purpose;
import org.mmcr.core.capacity.Matrix;

/**
 * A random linear map to fewer dimensions that keeps lengths and angles on average (Kane and Nelson 2014): every
 * coordinate goes with a random sign to {@value #COPIES} random places. It needs N integers where a Gaussian matrix
 * needs N times DIM numbers, so that the activations of a whole layer can be projected.
 */
final class RandomProjection {
    private static final int COPIES = 8;

    private final int from;
    private final int to;
    /** Places, those of a negative sign as their complement. */
    private final int[] places;

    RandomProjection(int from, int to, long seed) {
        this.from = from;
        this.to = to;
        RandomGenerator random = SeededRandom.generator(seed, Purpose.PROJECTION, from, to);
        places = new int[Math.multiplyExact(from, COPIES)];
        for (int i = 0; i < places.length; i++) {
            int place = random.nextInt(to);
            places[i] = random.nextBoolean() ? place : ~place;
        }
    }

    /** (m, from) -> (m, to). */
    Matrix apply(Matrix points) {
        Matrix out = Matrix.zeros(points.rows(), to);
        double[] row = new double[from];
        for (int r = 0; r < points.rows(); r++) {
            System.arraycopy(points.values(), r * from, row, 0, from);
            project(row, out.values(), r * to);
        }
        return out;
    }

    /** Adds one projected row to {@code out}, from {@code offset} on. */
    void project(double[] row, double[] out, int offset) {
        double share = 1 / Math.sqrt(COPIES);
        for (int i = 0; i < from; i++) {
            double value = row[i] * share;
            for (int k = i * COPIES; k < (i + 1) * COPIES; k++) {
                int place = places[k];
                if (place >= 0) {
                    out[offset + place] += value;
                } else {
                    out[offset + ~place] -= value;
                }
            }
        }
    }
}
