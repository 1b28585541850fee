package org.mmcr.analysis.capacity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;
import org.mmcr.core.MmcrException;
import org.mmcr.core.capacity.CapacityProgress;
import org.mmcr.core.capacity.Dichotomies;
import org.mmcr.core.capacity.IsotonicThreshold;
import org.mmcr.core.capacity.IsotonicThreshold.Count;
import org.mmcr.core.capacity.ManifoldSource;
import org.mmcr.core.capacity.Matrix;
import org.mmcr.core.capacity.SeededRandom;
import org.mmcr.core.capacity.SeededRandom.Purpose;
import org.mmcr.core.capacity.Separability;

/**
 * A simulation that counts capacity, for small inputs.
 *
 * <p>A trial projects the manifolds at random to N dimensions, gives each manifold a sign, and decides whether a
 * hyperplane separates the signs: through the common centre, as the theory of 2018 has it, or through the origin.
 * Capacity is the number of manifolds divided by the N at
 * which half of the trials are separable.
 */
public final class DichotomySimulation {
    /** Points of all manifolds together; each thread needs memory for the square of this number. */
    private static final int MOST_POINTS = 4000;
    /** Numbers of dimensions measured on either side of the crossing, for the interpolation. */
    private static final int BESIDE = 2;

    private static final int BOOTSTRAP_DRAWS = 400;

    private final int trials;
    private final Plane plane;
    private final Dichotomies dichotomies;
    private final long seed;
    private final int threads;

    /** The point that a separating hyperplane contains. */
    public enum Plane {
        /** The mean of all points. */
        THROUGH_MEAN,
        /** The origin of the coordinates. */
        THROUGH_ORIGIN
    }

    /**
     * Prepares a simulation of random dichotomies by hyperplanes through the mean of all points.
     *
     * @param trials number of dichotomies for each number of dimensions, at least 10
     */
    public DichotomySimulation(int trials, long seed, int threads) {
        this(trials, Plane.THROUGH_MEAN, new Dichotomies.Random(), seed, threads);
    }

    /**
     * Prepares a simulation.
     *
     * @param trials number of dichotomies for each number of dimensions, at least 10
     */
    public DichotomySimulation(int trials, Plane plane, Dichotomies dichotomies, long seed, int threads) {
        if (trials < 10) {
            throw new MmcrException("expected at least 10 dichotomies for each number of dimensions, found " + trials
                    + "; 200 are usual");
        }
        this.trials = trials;
        this.plane = plane;
        this.dichotomies = dichotomies;
        this.seed = seed;
        this.threads = threads;
    }

    /**
     * Checks a number of points.
     *
     * @param points of all manifolds together
     * @throws MmcrException if they are too many for a simulation
     */
    public static void requireFew(long points, int manifolds) {
        if (points > MOST_POINTS) {
            throw new MmcrException("expected at most " + MOST_POINTS
                    + " points in total for a simulation, found more; use --max-points "
                    + Math.max(1, MOST_POINTS / manifolds));
        }
    }

    /** Points of all manifolds, (points, rank), relative to a point of the plane; {@code ends} delimits manifolds. */
    @SuppressWarnings("ArrayRecordComponent") // a carrier of data, never compared
    private record Points(Matrix rows, int[] ends, int rank) {}

    /** Runs the simulation. */
    public SimulatedCapacity measure(ManifoldSource source, CapacityProgress progress) {
        long began = System.nanoTime();
        try (Workers workers = new Workers(threads)) {
            Points points = read(source);
            NavigableMap<Integer, Count> counts = new TreeMap<>();
            int[] undecided = {0};
            IntFunction<Count> at = dimensions -> {
                Count count = counts.computeIfAbsent(dimensions, n -> count(points, n, workers, undecided));
                progress.at("dichotomies", counts.size(), Math.max(counts.size() + 1, expected(points.rank())));
                return count;
            };
            int crossing = bisect(
                    points.rank(),
                    n -> 2 * at.apply(n).successes() >= at.apply(n).trials());
            for (int n = Math.max(1, crossing - BESIDE - 1); n <= Math.min(points.rank(), crossing + BESIDE); n++) {
                counts.put(n, at.apply(n));
            }
            return result(source.count(), List.copyOf(counts.values()), undecided[0], began);
        }
    }

    private static int expected(int rank) {
        return 2 * (32 - Integer.numberOfLeadingZeros(rank)) + 2 * BESIDE;
    }

    /** Returns the smallest number of dimensions at which half are separable, by doubling and then bisection. */
    private static int bisect(int rank, IntPredicate separable) {
        int high = 1;
        while (high < rank && !separable.test(high)) {
            high = Math.min(rank, 2 * high);
        }
        int low = high / 2;
        while (high - low > 1) {
            int middle = (low + high) / 2;
            if (separable.test(middle)) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high;
    }

    private SimulatedCapacity result(int manifolds, List<Count> counts, int undecided, long began) {
        RandomGenerator random = SeededRandom.generator(seed, Purpose.RESAMPLES, 0);
        double[] drawn = IsotonicThreshold.bootstrap(counts, BOOTSTRAP_DRAWS, random);
        double[] capacities =
                Arrays.stream(drawn).map(n -> manifolds / n).sorted().toArray();
        double dimensions = IsotonicThreshold.of(counts);
        int cut = BOOTSTRAP_DRAWS / 40;
        return new SimulatedCapacity(
                new CapacityReport.Value(
                        manifolds / dimensions, List.of(capacities[cut], capacities[BOOTSTRAP_DRAWS - 1 - cut])),
                dimensions,
                SimulatedCapacity.Bound.of(counts),
                undecided,
                counts,
                (System.nanoTime() - began) * 1e-9);
    }

    private Count count(Points points, int dimensions, Workers workers, int[] undecided) {
        List<Separability.Answer> answers = workers.all(0, trials, trial -> dichotomy(points, dimensions, trial));
        undecided[0] += (int) answers.stream()
                .filter(answer -> answer == Separability.Answer.UNDECIDED)
                .count();
        int separable = (int) answers.stream()
                .filter(answer -> answer == Separability.Answer.SEPARABLE)
                .count();
        return new Count(dimensions, separable, trials);
    }

    private Separability.Answer dichotomy(Points points, int dimensions, int trial) {
        RandomGenerator random = SeededRandom.generator(seed, Purpose.DICHOTOMIES, dimensions, trial);
        double[] sides = sides(points.ends().length, trial, random);
        double[] signs = new double[points.ends()[points.ends().length - 1]];
        int from = 0;
        for (int m = 0; m < sides.length; m++) {
            Arrays.fill(signs, from, points.ends()[m], sides[m]);
            from = points.ends()[m];
        }
        double[] projection = new double[points.rank() * dimensions];
        Arrays.setAll(projection, i -> random.nextGaussian());
        Matrix projected = points.rows().times(new Matrix(points.rank(), dimensions, projection));
        for (int i = 0; i < projected.values().length; i++) {
            projected.values()[i] *= signs[i / dimensions];
        }
        return Separability.of(projected).answer();
    }

    /** Returns the sign of each manifold; random ones differ between numbers of dimensions. */
    private double[] sides(int manifolds, int trial, RandomGenerator random) {
        if (!(dichotomies instanceof Dichotomies.Random)) {
            return dichotomies.signs(trial, manifolds, seed);
        }
        double[] sides = new double[manifolds];
        Arrays.setAll(sides, manifold -> random.nextBoolean() ? 1 : -1);
        return sides;
    }

    private Points read(ManifoldSource source) {
        List<Matrix> parts = new ArrayList<>();
        int[] ends = new int[source.count()];
        int count = 0;
        for (int i = 0; i < ends.length; i++) {
            Matrix one = source.points(i);
            count += one.rows();
            ends[i] = count;
            parts.add(one);
            requireFew(count, source.count());
        }
        // A triangular factor has the same inner products in fewer columns.
        Matrix all = Matrix.concatenated(parts);
        Matrix rows = plane == Plane.THROUGH_MEAN ? all.centredToUnit() : all.toUnit();
        Matrix shorter = rows.rows() < rows.columns() ? rows.lowerFactor() : rows;
        return new Points(shorter, ends, shorter.columns());
    }
}
