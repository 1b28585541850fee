package org.mmcr.core.capacity;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;

/**
 * The manifold capacity of classes, with the figures that explain it.
 *
 * <p>Memory with n directions, m points of a class, N dimensions and D = min(m, N): several times N^2 numbers of
 * float64 for the spectrum (or all points if there are fewer points than dimensions), about 4 m N per thread, and m^2
 * + 2 m D + n (m + 2 D) for each of 16 classes. A result depends on the points, their order and the options; the
 * number of threads changes nothing. OpenBLAS is set to one thread for the whole process.
 *
 * @param capacity classes per dimension that a linear read-out separates; harmonic mean over classes
 * @param radius radius of a class in norms of its centre; mean over classes
 * @param dimension dimension of a class; mean over classes
 * @param medians medians over classes, which one class far outside does not move
 * @param chance capacity of as many points with labels that say nothing, see {@link ChanceCapacity}; absent with a
 *     margin
 * @param centerCorrelation mean absolute correlation of the centres
 * @param residualCorrelation the same after the common directions were removed
 * @param lowRank number of common directions of the centres that were removed
 * @param participationRatio participation ratio of the covariance of all points
 * @param explainedVarianceDimension number of directions that hold about 90 % of the variance of all points
 * @param ambientDimension N
 * @param cautions ill-posed cases, each with the names of the classes concerned; no names if it concerns all
 * @param perManifold one entry per class, in the order of the input
 * @param costliest the points that support the anchors most, the largest share first; as many as the options say
 * @param worstKktGap largest relative optimality gap of all least-squares problems
 */
@API(status = API.Status.STABLE)
public record ManifoldCapacity(
        CapacitySummary.Interval capacity,
        CapacitySummary.Interval radius,
        CapacitySummary.Interval dimension,
        Medians medians,
        OptionalDouble chance,
        double centerCorrelation,
        double residualCorrelation,
        int lowRank,
        double participationRatio,
        int explainedVarianceDimension,
        int ambientDimension,
        Map<Caution, List<String>> cautions,
        List<Manifold> perManifold,
        List<CostlyPoint> costliest,
        double worstKktGap) {

    /**
     * Medians over classes.
     *
     * @param capacity classes per dimension
     * @param radius radius in norms of the centre
     * @param dimension dimension of a class
     */
    public record Medians(double capacity, double radius, double dimension) {
        static Medians of(List<Manifold> classes) {
            return new Medians(
                    median(classes, Manifold::capacity),
                    median(classes, Manifold::radius),
                    median(classes, Manifold::dimension));
        }

        private static double median(List<Manifold> classes, ToDoubleFunction<Manifold> figure) {
            double[] sorted = classes.stream().mapToDouble(figure).sorted().toArray();
            int middle = sorted.length / 2;
            return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        }
    }

    /**
     * The figures of one class.
     *
     * @param label its name
     * @param points number of its points
     * @param span number of dimensions that its points take up
     * @param capacity capacity if all classes were like it
     * @param radius radius in norms of its centre
     * @param dimension dimension of the part that holds the anchor points
     * @param share fraction of the cost 1 / capacity that it causes, 0 to 1; all classes add up to 1
     * @param capacityWithout capacity of the other classes, as they were measured; infinite if none of them costs any
     * @param kktGap largest relative optimality gap of its problems
     */
    public record Manifold(
            String label,
            int points,
            int span,
            double capacity,
            double radius,
            double dimension,
            double share,
            double capacityWithout,
            double kktGap) {}

    /**
     * A point that costs much capacity.
     *
     * @param label of its class
     * @param point its index among the points of its class
     * @param radius its distance from the centre of its class, in norms of the centre
     * @param active fraction of the directions in which it supports the anchor, 0 to 1
     * @param share its fraction of the cost 1 / capacity, 0 to 1: the class's cost of a direction is split by the
     *     weights of the points that support the anchor. All points of all classes add up to 1
     * @param capacityWithout capacity without it, with the same directions and origin; NaN if the centre of the rest of
     *     its class is at the origin
     */
    public record CostlyPoint(
            String label, int point, double radius, double active, double share, double capacityWithout) {
        /** Returns a copy with another index. */
        public CostlyPoint withPoint(int other) {
            return new CostlyPoint(label, other, radius, active, share, capacityWithout);
        }
    }

    /**
     * Measures labelled points with the default options, on the calling thread.
     *
     * @param points (M, N), one row per point, not modified
     * @param labels (M), the class of each point; classes come in ascending order
     * @throws MmcrException if the shapes do not match, there are fewer than two classes, a number is not finite, or a
     *     class has no centre of its own
     */
    public static ManifoldCapacity of(double[][] points, int[] labels) {
        return of(
                ManifoldSource.of(points, labels),
                CapacityOptions.defaults(),
                TaskRunner.IN_TURN,
                CapacityProgress.NONE);
    }

    /**
     * Measures manifolds. Each is read three times: for its centre, for the spectrum of all points, and for its
     * anchors.
     *
     * @param runner runs parts of the work, for example on several threads: {@link TaskRunner#on}
     * @throws MmcrException if there are fewer than two manifolds, a number is not finite, or a manifold has no centre
     *     of its own
     */
    public static ManifoldCapacity of(
            ManifoldSource source, CapacityOptions options, TaskRunner runner, CapacityProgress progress) {
        return new CapacityMeasurement(source, options, runner, progress).measure();
    }
}
