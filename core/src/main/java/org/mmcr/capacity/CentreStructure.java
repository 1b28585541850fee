package org.mmcr.capacity;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apiguardian.api.API;
import org.mmcr.capacity.CorrelationDescent.Directions;
import org.mmcr.capacity.Preparation.SearchListener;

/**
 * The low-rank structure that the manifolds' centres have in common, which the theory, made for uncorrelated centres, wants
 * removed first (Cohen et al. 2020, methods).
 *
 * <p>For rank 1, 2, ... the directions are sought whose removal makes the squared correlations between centres least; each rank
 * starts from the one before and a random combination of the centres. The rank with the least mean absolute correlation is
 * kept; the search ends when three ranks in a row brought no improvement.
 *
 * @param correlation mean absolute correlation of the centres before removal
 * @param residual the same after it
 * @param rank how many directions are removed, at least 1 unless there are fewer than four manifolds
 * @param directions (rank, N) orthonormal rows
 */
@API(status = API.Status.STABLE)
public record CentreStructure(double correlation, double residual, int rank, Matrix directions)
        implements Serializable {
    /** Ranks beyond those that hold this share of the centres' variance ... */
    private static final double VARIANCE = 0.95;
    /** ... that are tried at most. */
    private static final int BEYOND = 10;

    private static final int STARTS = 3;
    private static final int PATIENCE = 3;
    // A rank can be judged long before its directions stand still; of the one chosen, what is left of a centre may
    // depend on them.
    private static final int SEARCH_STEPS = 200;
    private static final double SEARCH_CONVERGED = 1e-4;
    private static final int POLISH_STEPS = 1000;
    private static final double POLISH_CONVERGED = 1e-10;

    /**
     * Analyses centres.
     *
     * @param centres (P, N), P at least 2
     * @param seed of the starts
     * @param listener hears of each rank
     */
    static CentreStructure of(Matrix centres, long seed, SearchListener listener) {
        Matrix centred = centres.copy();
        centred.subtractFromRows(centres.meanRow());
        CentreSpace space = new CentreSpace(centred);
        double before = space.correlation(new double[0]);
        int most = mostRanks(space, centres.columns());
        if (most < 1) {
            return new CentreStructure(before, before, 0, Matrix.zeros(0, centres.columns()));
        }
        List<Directions> found = search(space, most, new Random(seed), listener);
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < found.size(); i++) {
            double left = space.correlation(found.get(i).images());
            if (left < least) {
                least = left;
                best = i;
            }
        }
        Directions polished =
                new CorrelationDescent(space).minimise(found.get(best).vectors(), POLISH_STEPS, POLISH_CONVERGED);
        return new CentreStructure(
                before, space.correlation(polished.images()), best + 1, space.ambient(polished.vectors()));
    }

    private static List<Directions> search(CentreSpace space, int most, Random random, SearchListener listener) {
        List<Directions> found = new ArrayList<>();
        double[] known = new double[0];
        double last = Double.POSITIVE_INFINITY;
        int worse = 0;
        for (int rank = 1; rank <= most && worse < PATIENCE; rank++) {
            Directions solved = best(space, known, random);
            known = solved.vectors();
            found.add(solved);
            double left = space.correlation(solved.images());
            worse = rank > PATIENCE + 1 && left > last ? worse + 1 : 0;
            last = left;
            listener.at(rank, most);
        }
        return found;
    }

    /** Of a few starts the solution that leaves most of the centre that it shortens most. */
    private static Directions best(CentreSpace space, double[] known, Random random) {
        CorrelationDescent descent = new CorrelationDescent(space);
        Directions best = Directions.NONE;
        double most = Double.NEGATIVE_INFINITY;
        for (int start = 0; start < STARTS; start++) {
            double[] mixed = space.sums(random.doubles(space.size(), -1, 1).toArray());
            double[] first = Arrays.copyOf(mixed, mixed.length + known.length);
            System.arraycopy(known, 0, first, mixed.length, known.length);
            Directions solved = descent.minimise(first, SEARCH_STEPS, SEARCH_CONVERGED);
            double stability = leastShare(space, solved.images());
            if (stability > most) {
                most = stability;
                best = solved;
            }
        }
        return best;
    }

    /** What is left of the centre that is shortened most, as a share of its squared length. */
    private static double leastShare(CentreSpace space, double[] removed) {
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

    /** Ranks worth trying: those that hold most of the variance, and some; two dimensions of the centres' space are left. */
    private static int mostRanks(CentreSpace space, int ambient) {
        double[] rising = space.eigenvalues();
        double total = Arrays.stream(rising).sum();
        double held = 0;
        int below = 0;
        for (int i = rising.length - 1; i >= 0 && held + rising[i] < VARIANCE * total; i--) {
            held += rising[i];
            below++;
        }
        return Math.min(Math.max(1, below) + BEYOND, Math.min(space.size() - 1, ambient) - 2);
    }
}
