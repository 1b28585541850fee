package org.mmcr.core.capacity;

import java.util.Optional;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;

/**
 * Settings of a {@link CorrelatedCapacity}: the pairs of a direction and a dichotomy, and the seed.
 *
 * @param pairs number of pairs, K
 * @param dichotomies the signs of each pair
 * @param directions (K, N), one row for each pair; Gaussian directions are drawn if there are none
 * @param seed seed of every draw, that of the intervals included
 */
@API(status = API.Status.STABLE)
public record CorrelatedOptions(int pairs, Dichotomies dichotomies, Optional<Matrix> directions, long seed) {
    private static final int LEAST = 10;

    public CorrelatedOptions {
        if (directions.isPresent() && directions.get().rows() != pairs) {
            throw new MmcrException("expected a direction for each of " + pairs + " pairs, found "
                    + directions.get().rows() + "; give as many directions as dichotomies");
        }
        if (directions.isEmpty() && pairs < LEAST) {
            throw new MmcrException("expected at least " + LEAST + " directions, found " + pairs
                    + "; 300 are usual, and fewer say little");
        }
        if (pairs < 1) {
            throw new MmcrException("expected at least one direction, found none");
        }
        if (dichotomies instanceof Dichotomies.Given given && given.rows().rows() != pairs) {
            throw new MmcrException("expected a dichotomy for each of " + pairs + " directions, found "
                    + given.rows().rows() + "; give as many dichotomies as directions");
        }
    }

    /** Returns 300 pairs of Gaussian directions and random signs. */
    public static CorrelatedOptions defaults() {
        return new CorrelatedOptions(300, new Dichotomies.Random(), Optional.empty(), 0);
    }
}
