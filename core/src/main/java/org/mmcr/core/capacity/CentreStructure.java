package org.mmcr.core.capacity;

import java.io.Serializable;
import java.util.Arrays;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;
import org.mmcr.core.capacity.Preparation.SearchListener;

/**
 * The low-rank structure that the manifolds' centres have in common. It is removed first, because the theory assumes
 * uncorrelated centres (Cohen et al. 2020, methods).
 *
 * <p>For rank 1, 2, ... the search minimises the squared correlations between centres over the directions that are
 * removed. Each rank starts from the previous one and a random combination of the centres. The result is the rank with
 * the least mean absolute correlation; the search ends after three ranks without improvement.
 *
 * @param correlation mean absolute correlation of the centres before removal
 * @param residual the same after it
 * @param rank how many directions are removed, at least 1 unless the centres span fewer than three dimensions, as those of
 *     fewer than four manifolds do
 * @param directions (rank, N) orthonormal rows
 */
@API(status = API.Status.STABLE)
public record CentreStructure(double correlation, double residual, int rank, Matrix directions)
        implements Serializable {
    /** Centres whose inner products fit into one buffer, which holds less than 2 GiB. */
    private static final int MOST_CENTRES = 16_383;
    /** Eigenvalues below this fraction of the largest are rounding: the centres have no such dimension. */
    private static final double ROUNDING = 1e-12;
    /** Ranks up to those that explain this fraction of the centres' variance are tried ... */
    private static final double VARIANCE = 0.95;
    /** ... and this many more. */
    private static final int BEYOND = 10;

    /**
     * Checks the number of centres.
     *
     * @throws MmcrException if there are too many
     */
    static void requireFeasible(int centres) {
        if (centres > MOST_CENTRES) {
            throw new MmcrException("expected at most " + MOST_CENTRES + " classes, found " + centres
                    + "; give fewer, or use --method glue, which looks for no common directions");
        }
    }

    /**
     * Finds the structure of centres.
     *
     * @param centres (P, N), P at least 2
     * @param seed of the starts
     * @param runner runs several descents
     * @param listener is called after each rank
     * @throws MmcrException if there are too many centres
     */
    static CentreStructure of(Matrix centres, long seed, TaskRunner runner, SearchListener listener) {
        requireFeasible(centres.rows());
        Matrix centred = centres.copy();
        centred.subtractFromRows(centres.meanRow());
        CentreSpace space = new CentreSpace(centred);
        double before = space.correlation(new double[0]);
        int most = mostRanks(space.eigenvalues());
        if (most < 1) {
            return new CentreStructure(before, before, 0, Matrix.zeros(0, centres.columns()));
        }
        StructureSearch.Found found = new StructureSearch(space, seed, runner).best(most, listener);
        return new CentreStructure(
                before,
                found.left(),
                found.rank(),
                space.ambient(found.directions().vectors()));
    }

    /** Returns the largest rank to try; two dimensions of the centres' space remain. */
    private static int mostRanks(double[] rising) {
        double largest = rising[rising.length - 1];
        int spanned = Math.toIntExact(Arrays.stream(rising)
                .filter(value -> value > ROUNDING * largest)
                .count());
        double total = Arrays.stream(rising).sum();
        double held = 0;
        int below = 0;
        for (int i = rising.length - 1; i >= 0 && held + rising[i] < VARIANCE * total; i--) {
            held += rising[i];
            below++;
        }
        return Math.min(Math.max(1, below) + BEYOND, spanned - 2);
    }
}
