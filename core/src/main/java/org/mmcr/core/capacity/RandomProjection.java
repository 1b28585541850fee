package org.mmcr.core.capacity;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;
import org.mmcr.core.capacity.SeededRandom.Purpose;

/**
 * A random linear map to fewer dimensions that keeps lengths and angles on average (Kane and Nelson 2014): each
 * coordinate is added with a random sign to {@value #COPIES} random places. It stores {@value #COPIES} integers per
 * dimension, where a Gaussian matrix would store one number per dimension before and after.
 */
@API(status = API.Status.STABLE)
public final class RandomProjection {
    private static final int COPIES = 8;

    private final int from;
    private final int to;
    /** Places; a negative sign is stored as the complement of the place. */
    private final int[] places;

    /**
     * Draws a map.
     *
     * @param from number of dimensions of the points
     * @param to number of dimensions after the projection
     */
    public RandomProjection(int from, int to, long seed) {
        this.from = from;
        this.to = to;
        RandomGenerator random = SeededRandom.generator(seed, Purpose.PROJECTION, from, to);
        places = new int[Math.multiplyExact(from, COPIES)];
        for (int i = 0; i < places.length; i++) {
            int place = random.nextInt(to);
            places[i] = random.nextBoolean() ? place : ~place;
        }
    }

    /** Returns a source that projects the points of another when they are read. */
    public ManifoldSource apply(ManifoldSource source) {
        List<String> names =
                IntStream.range(0, source.count()).mapToObj(source::name).toList();
        return ManifoldSource.of(names, manifold -> apply(source.points(manifold)));
    }

    /**
     * Projects points (m, from) -> (m, to).
     *
     * @throws MmcrException if the points have another number of dimensions than {@code from}
     */
    public Matrix apply(Matrix points) {
        if (points.columns() != from) {
            throw new MmcrException("expected points of " + from + " dimensions, found " + points.columns());
        }
        Matrix out = Matrix.zeros(points.rows(), to);
        double[] row = new double[from];
        for (int r = 0; r < points.rows(); r++) {
            System.arraycopy(points.values(), r * from, row, 0, from);
            project(row, out.values(), r * to);
        }
        return out;
    }

    /** Adds one projected row (from) to the {@code to} entries of {@code out} that begin at {@code offset}. */
    public void project(double[] row, double[] out, int offset) {
        double scale = 1 / Math.sqrt(COPIES);
        for (int i = 0; i < from; i++) {
            double value = row[i] * scale;
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
