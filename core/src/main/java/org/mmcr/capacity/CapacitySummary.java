package org.mmcr.capacity;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.mmcr.MmcrException;

/**
 * Capacity, radius and dimension over all manifolds, with 95 % intervals from resampled directions.
 *
 * @param capacity harmonic mean over manifolds
 * @param radius arithmetic mean over manifolds
 * @param dimension arithmetic mean over manifolds
 * @param worstGap largest relative KKT gap of all problems solved
 */
public record CapacitySummary(Interval capacity, Interval radius, Interval dimension, double worstGap) {
    private static final int RESAMPLES = 400;
    private static final double TAIL = 0.025;

    /** A value with its 95 % interval. */
    public record Interval(double value, double low, double high) {}

    /**
     * Summarises. The interval is of the directions' chance only: other points of the same classes would give other manifolds.
     *
     * @param manifolds one geometry for each, over equally many directions
     * @param dimensions D of each
     * @param seed of the resampling
     */
    public static CapacitySummary of(List<ManifoldGeometry> manifolds, int[] dimensions, long seed) {
        if (manifolds.isEmpty() || manifolds.size() != dimensions.length) {
            throw new MmcrException("expected a dimension for each of at least one manifold, found " + dimensions.length
                    + " for " + manifolds.size());
        }
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        double[][] drawn = new double[3][RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            double[] means = resampled(manifolds, dimensions, random);
            for (int k = 0; k < means.length; k++) {
                drawn[k][i] = means[k];
            }
        }
        double inverse =
                manifolds.stream().mapToDouble(m -> 1 / m.capacity()).average().orElseThrow();
        return new CapacitySummary(
                interval(1 / inverse, drawn[0]),
                interval(
                        manifolds.stream()
                                .mapToDouble(ManifoldGeometry::radius)
                                .average()
                                .orElseThrow(),
                        drawn[1]),
                interval(
                        manifolds.stream()
                                .mapToDouble(ManifoldGeometry::dimension)
                                .average()
                                .orElseThrow(),
                        drawn[2]),
                manifolds.stream().mapToDouble(ManifoldGeometry::worstGap).max().orElseThrow());
    }

    /**
     * Capacity, radius and dimension of one resample. The anchors' mean is kept, because the radius depends on it in second order
     * only.
     */
    private static double[] resampled(List<ManifoldGeometry> manifolds, int[] dimensions, RandomGenerator random) {
        double inverse = 0;
        double radius = 0;
        double dimension = 0;
        for (int i = 0; i < dimensions.length; i++) {
            double[][] terms = manifolds.get(i).terms();
            int count = terms[0].length;
            double[] sums = new double[terms.length];
            for (int n = 0; n < count; n++) {
                int chosen = random.nextInt(count);
                for (int k = 0; k < sums.length; k++) {
                    sums[k] += terms[k][chosen];
                }
            }
            inverse += 1 / ManifoldGeometry.capacity(sums[0] / count);
            radius += Math.sqrt(sums[1] / count);
            dimension += ManifoldGeometry.dimension(dimensions[i], sums[2] / count);
        }
        int count = dimensions.length;
        return new double[] {count / inverse, radius / count, dimension / count};
    }

    private static Interval interval(double value, double[] drawn) {
        Arrays.sort(drawn);
        int cut = (int) Math.floor(TAIL * drawn.length);
        return new Interval(value, drawn[cut], drawn[drawn.length - 1 - cut]);
    }
}
