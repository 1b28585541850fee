package org.mmcr.core.theory;

import org.apiguardian.api.API;

/**
 * The ratio of the number of centroids to the number of dimensions. It determines the bound and how closely uniform
 * embeddings approach it (Isik et al. 2023, Theorem 2.5).
 */
@API(status = API.Status.STABLE)
public enum Regime {
    /**
     * N at most D / 2: the bound is N, reached by mutually perpendicular centroids. Percent error of uniform centroids
     * is about N / (8 D).
     */
    FEW_CENTROIDS,
    /**
     * N and D within a factor of two. Percent error of uniform centroids is largest at N = D: 1 - 8 / (3 pi), 15 %.
     */
    NEAR_THRESHOLD,
    /**
     * N at least 2 D: the bound is sqrt(N D), reached by tight frames. Percent error of uniform centroids is about
     * D / (8 N).
     */
    MANY_CENTROIDS;

    private static final int NEAR_FACTOR = 2;

    /** Returns the regime of {@code centroids} centroids in {@code dimensions} dimensions. */
    public static Regime of(long centroids, long dimensions) {
        MmcrBounds.requireSizes(centroids, dimensions);
        if (centroids >= (double) NEAR_FACTOR * dimensions) {
            return MANY_CENTROIDS;
        }
        return dimensions >= (double) NEAR_FACTOR * centroids ? FEW_CENTROIDS : NEAR_THRESHOLD;
    }

    /** Returns the smallest batch of the regime with more centroids than dimensions. */
    public static long recommendedBatch(long dimensions) {
        MmcrBounds.requireSizes(1, dimensions);
        return NEAR_FACTOR * dimensions;
    }

    /** Returns the largest embedding dimension for which {@code centroids} samples are in that regime; at least 1. */
    public static long recommendedDimension(long centroids) {
        MmcrBounds.requireSizes(centroids, 1);
        return Math.max(1, centroids / NEAR_FACTOR);
    }
}
