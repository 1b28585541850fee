package org.mmcr.core.capacity;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.mmcr.core.capacity.CorrelationDescent.Directions;
import org.mmcr.core.capacity.Preparation.SearchListener;

/**
 * The search for the common directions of the centres: one rank after the other, each from a few starts. All starts of
 * a rank are drawn before the first descent, so the result does not depend on threads.
 */
final class StructureSearch {
    private static final int STARTS = 3;
    private static final int PATIENCE = 3;
    // A rank can be compared before its directions have converged. Those of the chosen rank are iterated further.
    private static final int STEPS = 200;
    private static final double CONVERGED = 1e-4;
    private static final int POLISH_STEPS = 1000;
    private static final double POLISH_CONVERGED = 1e-10;

    private final CentreSpace space;
    private final Random random;
    private final TaskRunner runner;
    /** One descent per start, each used by one thread at a time. */
    private final List<CorrelationDescent> descents;

    StructureSearch(CentreSpace space, long seed, TaskRunner runner) {
        this.space = space;
        this.random = new Random(seed);
        this.runner = runner;
        this.descents = Stream.generate(() -> new CorrelationDescent(space.beside()))
                .limit(STARTS)
                .toList();
    }

    /**
     * Directions of one rank.
     *
     * @param left correlation that they leave
     */
    record Found(Directions directions, int rank, double left) {
        private static final Found NOTHING = new Found(Directions.NONE, 0, Double.POSITIVE_INFINITY);
    }

    /** Returns the rank of 1..{@code most} with the least correlation; ends after three ranks without improvement. */
    Found best(int most, SearchListener listener) {
        Found last = Found.NOTHING;
        Found best = last;
        int worse = 0;
        for (int rank = 1; rank <= most && worse < PATIENCE; rank++) {
            Directions solved = next(last.directions().vectors());
            Found found = new Found(solved, rank, space.correlation(solved.images()));
            worse = rank > PATIENCE + 1 && found.left() > last.left() ? worse + 1 : 0;
            best = found.left() < best.left() ? found : best;
            last = found;
            listener.at(rank, most);
        }
        Directions polished = descents.get(0).minimise(best.directions().vectors(), POLISH_STEPS, POLISH_CONVERGED);
        return new Found(polished, best.rank(), space.correlation(polished.images()));
    }

    /**
     * Adds a direction to {@code known}: of a few starts, the solution with the largest remaining fraction of any
     * centre.
     */
    private Directions next(double[] known) {
        List<double[]> starts =
                Stream.generate(() -> start(known)).limit(STARTS).toList();
        List<Directions> solved = runner.all(0, STARTS, i -> descents.get(i).minimise(starts.get(i), STEPS, CONVERGED));
        Directions best = Directions.NONE;
        double most = Double.NEGATIVE_INFINITY;
        for (Directions one : solved) {
            double stability = leastRemaining(one.images());
            if (stability > most) {
                most = stability;
                best = one;
            }
        }
        return best;
    }

    /** Returns a random combination of the centres, and the known directions. */
    private double[] start(double[] known) {
        double[] mixed = space.sums(random.doubles(space.size(), -1, 1).toArray());
        double[] start = Arrays.copyOf(mixed, mixed.length + known.length);
        System.arraycopy(known, 0, start, mixed.length, known.length);
        return start;
    }

    /** Returns the smallest remaining fraction of the squared length of a centre. */
    private double leastRemaining(double[] removed) {
        double least = 1;
        for (int m = 0; m < space.size(); m++) {
            double square = 0;
            for (int i = m; i < removed.length; i += space.size()) {
                square += removed[i] * removed[i];
            }
            least = Math.min(least, 1 - square / Math.max(space.diagonal(m), Double.MIN_NORMAL));
        }
        return least;
    }
}
