package org.mmcr.core.capacity;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;
import org.mmcr.core.capacity.CapacitySummary.Interval;

/**
 * The manifold capacity of classes as they lie, correlations included, with the effective geometry that explains it
 * (GLUE: Chou, Kim, Arend, Yang, Mensh, Shim, Perich and Chung 2024). Points are not centred, and read-outs are planes
 * through the origin.
 *
 * <p>A pair is a Gaussian direction and a dichotomy, the signs of the classes. The points of all classes, each with its
 * class's sign, span a cone; capacity is the number of classes divided by the mean squared length of the projection of
 * a direction onto that cone. The points that carry the projection give each class an anchor. Centres are the mean
 * anchors, axes the differences of a pair's anchors from them.
 *
 * <p>Memory with n points in all, N dimensions, r = min(n, N), K pairs and p points with a weight per pair (p is about
 * the mean squared length of a projection, at most r): 2 n N numbers of float64 while the points are read, n r
 * afterwards, n^2 for up to 5,000 points, K p, and for each thread about (3 p)^2 + n. A result depends on the points,
 * their order and the options; the number of threads changes nothing. OpenBLAS is set to one thread for the whole
 * process.
 *
 * @param figures value and 95 % interval of each figure, by resampling of the pairs; without an interval (its
 *     ends are NaN) for fewer than ten pairs, or if too few have a projection. Alignments have no
 *     entry for a single class, and axes none where all are points
 * @param values the values in the order of {@link CorrelatedFigure}, NaN for those without an entry
 * @param resamples the same of resampled pairs, (400, 7), or none for fewer than ten pairs. Two measurements with the
 *     same seed and number of pairs resample the same pairs, so their differences are paired
 * @param pairs K
 * @param ambientDimension N
 * @param cautions ill-posed cases, each with the names of the classes concerned; no names if it concerns all
 * @param perManifold one entry per class, in the order of the input
 * @param worstKktGap largest relative optimality gap of all least-squares problems
 */
@API(status = API.Status.STABLE)
@SuppressWarnings("ArrayRecordComponent") // never compared
public record CorrelatedCapacity(
        Map<CorrelatedFigure, Interval> figures,
        double[] values,
        double[][] resamples,
        int pairs,
        int ambientDimension,
        Map<Caution, List<String>> cautions,
        List<Manifold> perManifold,
        double worstKktGap) {

    /**
     * The figures of one class.
     *
     * @param label its name
     * @param points number of its points
     * @param active fraction of the pairs in which one of its points has a weight
     * @param share its part of the mean squared length of the projections; the parts of all classes add up to 1, and
     *     a class that helps the others has a negative one
     * @param dimension effective dimension of its own axes alone
     * @param radius effective radius of its own axes and centre alone
     */
    public record Manifold(String label, int points, double active, double share, double dimension, double radius) {}

    /**
     * Measures labelled points with the default options, on the calling thread.
     *
     * @param points (M, N), one row per point, not modified
     * @param labels (M), the class of each point; classes come in ascending order
     * @throws MmcrException if the shapes do not match, or a number is not finite
     */
    public static CorrelatedCapacity of(double[][] points, int[] labels) {
        return of(
                ManifoldSource.of(points, labels),
                CorrelatedOptions.defaults(),
                TaskRunner.IN_TURN,
                CapacityProgress.NONE);
    }

    /**
     * Measures manifolds. Each is read once, and the points of all are held.
     *
     * @param runner runs parts of the work, for example on several threads: {@link TaskRunner#on}
     * @throws MmcrException if there is no manifold, one has no points, a number is not finite, given directions or
     *     signs have another length than the points need, or no direction has a projection
     */
    public static CorrelatedCapacity of(
            ManifoldSource source, CorrelatedOptions options, TaskRunner runner, CapacityProgress progress) {
        return new CorrelatedMeasurement(options, Optional.empty(), runner, progress).measure(source);
    }

    /**
     * Measures manifolds as the other method does, with the problems of the pairs solved elsewhere.
     *
     * @param solver solves the least-squares problems, the largest part of the work
     * @param runner runs the other parts
     * @throws MmcrException as the other method
     */
    public static CorrelatedCapacity of(
            ManifoldSource source,
            CorrelatedOptions options,
            CorrelatedProblems.Solver solver,
            TaskRunner runner,
            CapacityProgress progress) {
        return new CorrelatedMeasurement(options, Optional.of(solver), runner, progress).measure(source);
    }

    /** Returns the effective figure with its interval, empty if the classes have none. */
    public Optional<Interval> figure(CorrelatedFigure figure) {
        return Optional.ofNullable(figures.get(figure));
    }

    /** Returns the capacity with its interval. */
    public Interval capacity() {
        return figure(CorrelatedFigure.CAPACITY).orElseThrow();
    }

    /**
     * Returns the differences of the figures of another measurement from those of this one, with paired intervals.
     *
     * @param other measured with the same seed and number of pairs, and of as many classes
     * @throws MmcrException if the number of pairs differs
     */
    public Map<CorrelatedFigure, Interval> differences(CorrelatedCapacity other) {
        if (other.pairs != pairs) {
            throw new MmcrException("expected two measurements with equally many pairs, found " + pairs + " and "
                    + other.pairs + "; use the same --directions for both");
        }
        double[][] apart = new double[resamples.length][];
        Arrays.setAll(apart, r -> minus(other.resamples[r], resamples[r]));
        return intervals(minus(other.values, values), apart);
    }

    private static double[] minus(double[] a, double[] b) {
        double[] differences = new double[a.length];
        Arrays.setAll(differences, i -> a[i] - b[i]);
        return differences;
    }

    /** Returns the intervals of all figures that have a value. */
    static Map<CorrelatedFigure, Interval> intervals(double[] values, double[][] resamples) {
        Map<CorrelatedFigure, Interval> all = new EnumMap<>(CorrelatedFigure.class);
        CorrelatedFigure[] order = CorrelatedFigure.values();
        for (int i = 0; i < order.length; i++) {
            int place = i;
            double[] drawn = Arrays.stream(resamples)
                    .mapToDouble(one -> one[place])
                    .filter(value -> !Double.isNaN(value))
                    .toArray();
            if (!Double.isNaN(values[i])) {
                all.put(
                        order[i],
                        drawn.length == 0 || Arrays.stream(drawn).anyMatch(Double::isInfinite)
                                ? new Interval(values[i], Double.NaN, Double.NaN)
                                : Interval.of(values[i], drawn));
            }
        }
        return Collections.unmodifiableMap(all);
    }
}
