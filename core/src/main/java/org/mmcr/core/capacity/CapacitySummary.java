package org.mmcr.core.capacity;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;

/**
 * Capacity, radius and dimension over all manifolds, with 95 % intervals from resampled directions. An interval covers
 * the choice of directions only; other points of the same classes would give other manifolds.
 *
 * @param capacity harmonic mean over manifolds
 * @param radius arithmetic mean over manifolds
 * @param dimension arithmetic mean over manifolds
 * @param worstGap largest relative KKT gap of all problems solved
 */
@API(status = API.Status.STABLE)
public record CapacitySummary(Interval capacity, Interval radius, Interval dimension, double worstGap) {
    private static final double TAIL = 0.025;

    /**
     * A value with its 95 % interval.
     *
     * @param value the figure itself
     * @param low lower end
     * @param high upper end
     */
    public record Interval(double value, double low, double high) {
        /** The value with the middle 95 % of {@code drawn}, which is sorted. */
        static Interval of(double value, double[] drawn) {
            Arrays.sort(drawn);
            int cut = (int) Math.floor(TAIL * drawn.length);
            return new Interval(value, drawn[cut], drawn[drawn.length - 1 - cut]);
        }
    }

    /**
     * Summarises the figures of all manifolds.
     *
     * @param manifolds one geometry for each
     * @param resampled the result of {@link ManifoldGeometry#resampled} for each, equally many
     * @throws MmcrException if no direction was infeasible for any manifold
     */
    public static CapacitySummary of(List<ManifoldGeometry> manifolds, List<double[][]> resampled) {
        if (manifolds.isEmpty() || manifolds.size() != resampled.size()) {
            throw new MmcrException("expected resamples of each of at least one manifold, found " + resampled.size()
                    + " for " + manifolds.size());
        }
        double inverse = mean(manifolds, one -> 1 / one.capacity());
        double[][] means = new double[3][resampled.get(0)[0].length];
        for (double[][] one : resampled) {
            for (int k = 0; k < means.length; k++) {
                for (int r = 0; r < means[k].length; r++) {
                    means[k][r] += one[k][r] / manifolds.size();
                }
            }
        }
        if (inverse == 0 || Arrays.stream(means[0]).min().orElseThrow() == 0) {
            throw new MmcrException("expected directions that are infeasible for a class, found too few among "
                    + manifolds.get(0).terms()[0].length + "; use more --directions");
        }
        double[] capacities = Arrays.stream(means[0]).map(value -> 1 / value).toArray();
        return new CapacitySummary(
                Interval.of(1 / inverse, capacities),
                Interval.of(mean(manifolds, ManifoldGeometry::radius), means[1]),
                Interval.of(mean(manifolds, ManifoldGeometry::dimension), means[2]),
                manifolds.stream().mapToDouble(ManifoldGeometry::worstGap).max().orElseThrow());
    }

    private static double mean(List<ManifoldGeometry> manifolds, ToDoubleFunction<ManifoldGeometry> figure) {
        return manifolds.stream().mapToDouble(figure).average().orElseThrow();
    }
}
