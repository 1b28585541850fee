package org.mmcr.core.capacity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.mmcr.core.BlasThreads;
import org.mmcr.core.MmcrException;
import org.mmcr.core.capacity.CorrelatedGeometry.Cosines;
import org.mmcr.core.capacity.CorrelatedGeometry.Pair;
import org.mmcr.core.capacity.CorrelatedGeometry.Single;
import org.mmcr.core.capacity.SeededRandom.Purpose;

/** One measurement of the capacity of correlated manifolds: the stages and what runs in parallel. */
final class CorrelatedMeasurement {
    /** Tasks between two reports of progress. */
    private static final int TOGETHER = 16;

    private static final int RESAMPLES = 400;
    /** Fewer pairs have no interval. */
    private static final int FEWEST_FOR_INTERVAL = 10;

    private static final double LOOSE = 1e-6;
    /** Difference of b and c, relative to b, that is rounding. */
    private static final double UNDETERMINED = 1e-9;

    private final CorrelatedOptions options;
    private final Optional<CorrelatedProblems.Solver> solver;
    private final TaskRunner runner;
    private final CapacityProgress progress;

    CorrelatedMeasurement(
            CorrelatedOptions options,
            Optional<CorrelatedProblems.Solver> solver,
            TaskRunner runner,
            CapacityProgress progress) {
        this.options = options;
        this.solver = solver;
        this.runner = runner;
        this.progress = progress;
    }

    CorrelatedCapacity measure(ManifoldSource source) {
        BlasThreads.useOne();
        CorrelatedPoints points = new CorrelatedPoints(source, progress);
        Matrix directions = options.directions().map(points::coordinates).orElseGet(() -> drawn(points));
        Matrix signs = Matrix.of(IntStream.range(0, options.pairs())
                .mapToObj(k -> options.dichotomies().signs(k, points.count(), options.seed()))
                .toArray(double[][]::new));
        List<PairWeights> weights =
                solver.orElse(this::solved).solve(new CorrelatedProblems(points, directions, signs));
        if (weights.stream().allMatch(one -> one.squaredLength() == 0)) {
            throw new MmcrException(
                    "expected directions with a projection on the cone of the classes, found none among "
                            + weights.size() + "; use more --directions, and points that differ from the origin");
        }
        CorrelatedGeometry geometry = new CorrelatedGeometry(points, weights);
        List<Pair> pairs = inGroups("geometry", weights.size(), k -> geometry.pair(k, directions.row(k), signs.row(k)));
        return result(points, weights, pairs, geometry);
    }

    private List<PairWeights> solved(CorrelatedProblems problems) {
        return inGroups("pairs", problems.count(), problems::solve);
    }

    /** Draws directions in all N dimensions, so that other points with the same seed have the same ones. */
    private Matrix drawn(CorrelatedPoints points) {
        List<double[]> rows = inGroups("directions", options.pairs(), k -> {
            RandomGenerator random = SeededRandom.generator(options.seed(), Purpose.DIRECTIONS, k);
            double[] direction = new double[points.ambient()];
            Arrays.setAll(direction, d -> random.nextGaussian());
            return points.coordinates(direction);
        });
        return Matrix.of(rows.toArray(double[][]::new));
    }

    private <T> List<T> inGroups(String stage, int count, IntFunction<T> task) {
        List<T> results = new ArrayList<>();
        for (int from = 0; from < count; from += TOGETHER) {
            results.addAll(runner.all(from, Math.min(count, from + TOGETHER), task));
            progress.at(stage, results.size(), count);
        }
        return results;
    }

    private CorrelatedCapacity result(
            CorrelatedPoints points, List<PairWeights> weights, List<Pair> pairs, CorrelatedGeometry geometry) {
        int[] once = new int[pairs.size()];
        Arrays.fill(once, 1);
        double[] values = figures(pairs, once, geometry.centreCosines(), points.count());
        double[][] resamples = pairs.size() < FEWEST_FOR_INTERVAL
                ? new double[0][]
                : inGroups("intervals", RESAMPLES, r -> {
                            int[] times = resample(pairs.size(), r);
                            return figures(pairs, times, geometry.centreCosines(times), points.count());
                        })
                        .toArray(double[][]::new);
        return new CorrelatedCapacity(
                CorrelatedCapacity.intervals(values, resamples),
                values,
                resamples,
                pairs.size(),
                points.ambient(),
                cautions(points, weights, pairs),
                manifolds(points, pairs),
                weights.stream().mapToDouble(PairWeights::gap).max().orElseThrow());
    }

    private int[] resample(int count, int number) {
        RandomGenerator random = SeededRandom.generator(options.seed(), Purpose.RESAMPLES, number);
        int[] times = new int[count];
        for (int i = 0; i < count; i++) {
            times[random.nextInt(count)]++;
        }
        return times;
    }

    /** Returns the figures in the order of {@link CorrelatedFigure}; NaN for one without a value. */
    private static double[] figures(List<Pair> pairs, int[] times, Cosines centres, int manifolds) {
        double capacity = manifolds / mean(pairs, times, Pair::projection);
        double along = mean(pairs, times, Pair::along);
        double damped = mean(pairs, times, Pair::damped);
        double dimension = along / manifolds;
        double radius = radius(along, damped);
        return new double[] {
            capacity,
            dimension,
            radius,
            radius > 0 ? capacity * dimension / (1 + 1 / (radius * radius)) : 0,
            mean(centres.sum(), centres.count()),
            mean(
                    sum(pairs, times, one -> one.axes().sum()),
                    sum(pairs, times, one -> one.axes().count())),
            mean(
                    sum(pairs, times, one -> one.crosses().sum()),
                    sum(pairs, times, one -> one.crosses().count()))
        };
    }

    /** Returns the radius of b and c; 0 without axes, and where it is not determined. */
    private static double radius(double along, double damped) {
        return isDetermined(along, damped) ? Math.sqrt(damped / (along - damped)) : 0;
    }

    private static boolean isDetermined(double along, double damped) {
        return along - damped > UNDETERMINED * along;
    }

    private static double mean(List<Pair> pairs, int[] times, ToDoubleFunction<Pair> figure) {
        return sum(pairs, times, figure) / pairs.size();
    }

    private static double mean(double sum, double count) {
        return count == 0 ? Double.NaN : sum / count;
    }

    private static double sum(List<Pair> pairs, int[] times, ToDoubleFunction<Pair> figure) {
        double sum = 0;
        for (int k = 0; k < times.length; k++) {
            sum += times[k] * figure.applyAsDouble(pairs.get(k));
        }
        return sum;
    }

    private Map<Caution, List<String>> cautions(CorrelatedPoints points, List<PairWeights> weights, List<Pair> pairs) {
        Map<Caution, List<String>> found = new EnumMap<>(Caution.class);
        List<Integer> single = IntStream.range(0, points.count())
                .filter(m -> points.end(m) - points.start(m) == 1)
                .boxed()
                .toList();
        add(found, Caution.ONE_POINT, points, single);
        List<Boolean> inside = runner.all(0, points.count(), points::containsOrigin);
        add(
                found,
                Caution.CONTAINS_ORIGIN,
                points,
                IntStream.range(0, points.count()).filter(inside::get).boxed().toList());
        if (weights.stream().anyMatch(one -> !one.unique())) {
            found.put(Caution.ANCHORS_NOT_UNIQUE, List.of());
        }
        double along = pairs.stream().mapToDouble(Pair::along).sum();
        double damped = pairs.stream().mapToDouble(Pair::damped).sum();
        if (along > 0 && !isDetermined(along, damped)) {
            found.put(Caution.RADIUS_UNDETERMINED, List.of());
        }
        if (weights.stream().anyMatch(one -> one.gap() > LOOSE)) {
            found.put(Caution.INEXACT, List.of());
        }
        return Collections.unmodifiableMap(found);
    }

    private static void add(
            Map<Caution, List<String>> found, Caution caution, CorrelatedPoints points, List<Integer> manifolds) {
        if (!manifolds.isEmpty()) {
            found.put(caution, manifolds.stream().map(points::name).toList());
        }
    }

    private static List<CorrelatedCapacity.Manifold> manifolds(CorrelatedPoints points, List<Pair> pairs) {
        double projection = pairs.stream().mapToDouble(Pair::projection).sum();
        List<CorrelatedCapacity.Manifold> all = new ArrayList<>();
        for (int m = 0; m < points.count(); m++) {
            double along = mean(pairs, m, Single::along);
            double damped = mean(pairs, m, Single::damped);
            all.add(new CorrelatedCapacity.Manifold(
                    points.name(m),
                    points.given(m),
                    mean(pairs, m, Single::active),
                    mean(pairs, m, Single::share) * pairs.size() / projection,
                    along,
                    radius(along, damped)));
        }
        return List.copyOf(all);
    }

    private static double mean(List<Pair> pairs, int manifold, ToDoubleFunction<Single> figure) {
        return pairs.stream()
                .mapToDouble(pair -> figure.applyAsDouble(pair.manifolds().get(manifold)))
                .average()
                .orElseThrow();
    }
}
