package org.mmcr.core.theory;

import org.apiguardian.api.API;

/**
 * How many centroids there are for the dimensions they live in. It decides which bound holds and how well uniform embeddings
 * reach it (Isik et al. 2023, Theorem 2.5).
 */
@API(status = API.Status.STABLE)
public enum Regime {
    /** N at most D / 2: the bound is N, reached by mutually perpendicular centroids; uniform ones miss about N / (8 D). */
    FEW_CENTROIDS,
    /** N and D within a factor of two: uniform embeddings miss most, up to 1 - 8 / (3 pi) = 15 % at N = D. */
    NEAR_THRESHOLD,
    /** N at least 2 D: the bound is sqrt(N D), reached by tight frames; uniform centroids miss about D / (8 N). */
    MANY_CENTROIDS;

    private static final int NEAR_FACTOR = 2;

    /** The regime of {@code centroids} centroids in {@code dimensions} dimensions. */
    public static Regime of(long centroids, long dimensions) {
        MmcrBounds.requireSizes(centroids, dimensions);
        if (centroids >= (double) NEAR_FACTOR * dimensions) {
            return MANY_CENTROIDS;
        }
        return dimensions >= (double) NEAR_FACTOR * centroids ? FEW_CENTROIDS : NEAR_THRESHOLD;
    }

    /** The smallest batch that keeps {@code dimensions} dimensions clear of the threshold, with more centroids than dimensions. */
    public static long recommendedBatch(long dimensions) {
        MmcrBounds.requireSizes(1, dimensions);
        return NEAR_FACTOR * dimensions;
    }

    /** The largest embedding dimension that a batch of {@code centroids} samples keeps clear of the threshold; at least 1. */
    public static long recommendedDimension(long centroids) {
        MmcrBounds.requireSizes(centroids, 1);
        return Math.max(1, centroids / NEAR_FACTOR);
    }
}
