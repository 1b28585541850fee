package org.mmcr.core.capacity;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.mmcr.core.capacity.CorrelationDescent.Directions;
import org.mmcr.core.capacity.Preparation.SearchListener;

/**
 * The search for the directions that centres have in common: one rank after the other, each from a few starts at once. The starts
 * are drawn before any of them is followed, so that where and in which order that happens changes nothing.
 */
final class StructureSearch {
    private static final int STARTS = 3;
    private static final int PATIENCE = 3;
    // A rank can be judged long before its directions stand still; of the one chosen, what is left of a centre may
    // depend on them.
    private static final int STEPS = 200;
    private static final double CONVERGED = 1e-4;
    private static final int POLISH_STEPS = 1000;
    private static final double POLISH_CONVERGED = 1e-10;

    private final CentreSpace space;
    private final Random random;
    private final TaskRunner runner;
    /** One for each start, which is followed by one thread. */
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

    /** The rank that leaves least correlation, of 1 to {@code most}; the search ends when three in a row brought no improvement. */
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

    /** One direction more than {@code known}: of a few starts the solution that leaves most of the centre that it shortens most. */
    private Directions next(double[] known) {
        List<double[]> starts =
                Stream.generate(() -> start(known)).limit(STARTS).toList();
        List<Directions> solved = runner.all(0, STARTS, i -> descents.get(i).minimise(starts.get(i), STEPS, CONVERGED));
        Directions best = Directions.NONE;
        double most = Double.NEGATIVE_INFINITY;
        for (Directions one : solved) {
            double stability = leastShare(one.images());
            if (stability > most) {
                most = stability;
                best = one;
            }
        }
        return best;
    }

    /** A random combination of the centres, and what is known. */
    private double[] start(double[] known) {
        double[] mixed = space.sums(random.doubles(space.size(), -1, 1).toArray());
        double[] start = Arrays.copyOf(mixed, mixed.length + known.length);
        System.arraycopy(known, 0, start, mixed.length, known.length);
        return start;
    }

    /** What is left of the centre that is shortened most, as a share of its squared length. */
    private double leastShare(double[] removed) {
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
