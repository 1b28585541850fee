package org.mmcr.core.capacity;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The point nearest to minus a direction in the cone of signed points: for points x_i (n, N), signs y_i and a direction
 * t, the weights z >= 0 that minimise {@code |t + sum_i z_i y_i x_i|^2}.
 *
 * <p>The least-squares problem is solved for a working set of points. All points are then priced with the remainder
 * {@code t + sum_i z_i y_i x_i}, and those that would lower the minimum most join the set, until none would. A pricing
 * costs n N, the solution about p^2 times the size of the working set, which ends at two to three times the number p of
 * points with a weight. The memory is n numbers, and the square of the size of the working set.
 *
 * <p>The weights are unique unless the cone holds minus the direction, or a face of it has more points than dimensions.
 * In that case the points enter one at a time, the one of largest slope first, as in Lawson and Hanson (1974), so that
 * the weights are those of the standard implementations; of equal slopes the first point enters.
 *
 * <p>For one pair and one thread.
 */
final class ConeProjection {
    /** Points of the first working set. */
    private static final int FIRST = 64;
    /** A slope this small beside the largest pull is zero. */
    private static final double FLAT = 1e-11;
    /** Cosine with the remainder, relative length of the remainder, or relative difference of slopes that is zero. */
    private static final double DEGENERATE = 1e-9;
    /** Points enter about as often as have a weight in the end; many times more is a cycle of rounding. */
    private static final int ROUNDS = 20;

    private final Matrix points;
    private final InnerProducts products;
    private final double[] lengths;
    private final double[] direction;
    private final double[] signs;

    /** Inner products of the points with the direction. */
    private final double[] along;

    private final double[] slopes;
    private final double[] rest;
    private double largestPull;

    /** Indices of the points of the working set. */
    private int[] working = {};
    /** Place of each point in the working set, or -1. */
    private final int[] places;

    private int size;
    private double[] pulls = {};
    private double[][] gram = {};
    private NonNegativeLeastSquares solver = new NonNegativeLeastSquares(gram);

    /**
     * Poses the problem of a pair.
     *
     * @param points (n, N)
     * @param ends index after the last point of each manifold
     * @param signs one for each manifold
     */
    static ConeProjection of(
            Matrix points, InnerProducts products, double[] lengths, int[] ends, double[] direction, double[] signs) {
        double[] each = new double[points.rows()];
        int start = 0;
        for (int i = 0; i < ends.length; i++) {
            Arrays.fill(each, start, ends[i], signs[i]);
            start = ends[i];
        }
        return new ConeProjection(points, products, lengths, direction, each);
    }

    /**
     * Poses the problem.
     *
     * @param points (n, N)
     * @param products their inner products
     * @param lengths (n), their lengths
     * @param direction (N)
     * @param signs (n), 1 or -1
     */
    ConeProjection(Matrix points, InnerProducts products, double[] lengths, double[] direction, double[] signs) {
        this.points = points;
        this.products = products;
        this.lengths = lengths;
        this.direction = direction;
        this.signs = signs;
        along = new double[points.rows()];
        slopes = new double[points.rows()];
        for (int i = 0; i < along.length; i++) {
            along[i] = Doubles.dot(points.values(), i * direction.length, direction, 0, direction.length);
            largestPull = Math.max(largestPull, Math.abs(along[i]));
        }
        rest = direction.clone();
        places = new int[points.rows()];
        restart();
    }

    /** Returns the weights, and if they are not unique those of the standard implementation. */
    PairWeights weights() {
        solveInSets();
        if (isUnique()) {
            return found(true);
        }
        restart();
        solveOneByOne();
        return found(false);
    }

    /** Returns the relative length of {@code t + sum_i z_i y_i x_i} at the minimum, 0 to 1. */
    double remainder() {
        solveInSets();
        double length = Doubles.length(direction);
        return length == 0 ? 0 : Doubles.length(rest) / length;
    }

    private void restart() {
        size = 0;
        Arrays.fill(places, -1);
        solver = new NonNegativeLeastSquares(new double[0][]);
        System.arraycopy(direction, 0, rest, 0, rest.length);
        Arrays.setAll(slopes, i -> -signs[i] * along[i]);
    }

    private void solveInSets() {
        for (int[] next = steepest(FIRST); next.length > 0; next = steepest(Math.max(FIRST, solver.freeCount()))) {
            add(next);
            solver.improve(pulls);
            leave();
            price();
        }
    }

    private void solveOneByOne() {
        boolean[] blocked = new boolean[slopes.length];
        int rounds = ROUNDS * (slopes.length + 10);
        for (int next = steepest(blocked); next >= 0 && rounds > 0; next = steepest(blocked)) {
            rounds--;
            if (places[next] < 0) {
                add(new int[] {next});
            }
            if (solver.enter(places[next], pulls)) {
                Arrays.fill(blocked, false);
            } else {
                blocked[next] = true;
            }
            leave();
            price();
        }
    }

    /** Returns the points outside of the working set with the largest positive slopes, at most {@code most}. */
    private int[] steepest(int most) {
        int[] candidates = IntStream.range(0, slopes.length)
                .filter(i -> places[i] < 0 && slopes[i] > FLAT * largestPull)
                .toArray();
        if (candidates.length <= most) {
            return candidates;
        }
        double[] sorted =
                IntStream.of(candidates).mapToDouble(i -> slopes[i]).sorted().toArray();
        double least = sorted[sorted.length - most];
        return IntStream.of(candidates).filter(i -> slopes[i] >= least).toArray();
    }

    /** Returns the first point outside of the solution with the largest slope to rounding, or -1 if none is steep. */
    private int steepest(boolean[] blocked) {
        double most = 0;
        for (int i = 0; i < slopes.length; i++) {
            most = weight(i) == 0 && !blocked[i] ? Math.max(most, slopes[i]) : most;
        }
        if (most <= FLAT * largestPull) {
            return -1;
        }
        for (int i = 0; i < slopes.length; i++) {
            if (slopes[i] >= (1 - DEGENERATE) * most && weight(i) == 0 && !blocked[i]) {
                return i;
            }
        }
        return -1;
    }

    private double weight(int point) {
        return places[point] < 0 ? 0 : solver.solution()[places[point]];
    }

    /** Adds points to the working set. */
    private void add(int[] next) {
        int before = size;
        int after = before + next.length;
        if (after > gram.length) {
            int room = Math.max(after, 2 * gram.length);
            gram = Arrays.copyOf(gram, room);
            for (int i = 0; i < room; i++) {
                gram[i] = gram[i] == null ? new double[room] : Arrays.copyOf(gram[i], room);
            }
            working = Arrays.copyOf(working, room);
            pulls = Arrays.copyOf(pulls, room);
        }
        System.arraycopy(next, 0, working, before, next.length);
        Matrix inner = products.of(next, Arrays.copyOf(working, after));
        for (int i = 0; i < next.length; i++) {
            int place = before + i;
            places[next[i]] = place;
            pulls[place] = -signs[next[i]] * along[next[i]];
            for (int k = 0; k <= place; k++) {
                double product = signs[next[i]] * signs[working[k]] * inner.values()[i * after + k];
                gram[place][k] = product;
                gram[k][place] = product;
            }
        }
        size = after;
        solver.enlarge(gram, size);
    }

    /** Recomputes the remainder from the weights. */
    private void leave() {
        System.arraycopy(direction, 0, rest, 0, rest.length);
        for (int k = 0; k < size; k++) {
            double weight = solver.solution()[k];
            if (weight > 0) {
                Doubles.addScaled(rest, signs[working[k]] * weight, points.values(), working[k] * rest.length);
            }
        }
    }

    /** Recomputes the slope of the objective along each point, from the inner products where they are at hand. */
    private void price() {
        if (products.areStored()) {
            System.arraycopy(along, 0, slopes, 0, slopes.length);
            for (int k = 0; k < size; k++) {
                double weight = solver.solution()[k];
                if (weight > 0) {
                    products.addRow(slopes, signs[working[k]] * weight, working[k]);
                }
            }
        } else {
            for (int i = 0; i < slopes.length; i++) {
                slopes[i] = Doubles.dot(points.values(), i * rest.length, rest, 0, rest.length);
            }
        }
        for (int i = 0; i < slopes.length; i++) {
            slopes[i] *= -signs[i];
        }
    }

    private boolean isUnique() {
        double length = Doubles.length(rest);
        if (length <= DEGENERATE * Doubles.length(direction)) {
            // The solver keeps weighted points independent; any further point would be another way to the direction.
            return IntStream.range(0, slopes.length).allMatch(i -> weight(i) > 0 || lengths[i] == 0);
        }
        for (int i = 0; i < slopes.length; i++) {
            if (weight(i) == 0 && lengths[i] > 0 && slopes[i] >= -DEGENERATE * lengths[i] * length) {
                return false;
            }
        }
        return true;
    }

    private PairWeights found(boolean unique) {
        int[] chosen =
                IntStream.range(0, slopes.length).filter(i -> weight(i) > 0).toArray();
        double worst = 0;
        for (int i = 0; i < slopes.length; i++) {
            worst = Math.max(worst, weight(i) > 0 ? Math.abs(slopes[i]) : slopes[i]);
        }
        double square = 0;
        for (int d = 0; d < rest.length; d++) {
            square += (rest[d] - direction[d]) * (rest[d] - direction[d]);
        }
        return new PairWeights(
                chosen,
                IntStream.of(chosen).mapToDouble(this::weight).toArray(),
                square,
                largestPull == 0 ? 0 : worst / largestPull,
                unique);
    }
}
