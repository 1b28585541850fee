package org.mmcr.core.theory;

import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;

/**
 * The bound on the nuclear norm of N centroids in D dimensions and the distance from it.
 *
 * <p>Source: Isik et al. 2023, Proposition 2.3. Centroids lie in the unit ball, so the Frobenius norm is at most
 * sqrt(N), and Cauchy-Schwarz over the min(N, D) singular values gives {@code 0 <= ||M||_* <= sqrt(N min(N, D))}.
 */
@API(status = API.Status.STABLE)
public final class MmcrBounds {
    private MmcrBounds() {}

    /**
     * Returns the largest nuclear norm that {@code centroids} points of the unit ball in {@code dimensions} dimensions
     * can have: {@code N when N <= D, sqrt(N D) when N >= D}.
     */
    public static double upperBound(long centroids, long dimensions) {
        requireSizes(centroids, dimensions);
        return Math.sqrt((double) centroids * Math.min(centroids, dimensions));
    }

    /**
     * Returns the percent error, a fraction: {@code (bound - nuclearNorm) / bound}, 0 at the bound, 1 for a zero
     * matrix. A value below 0, which only rounding can cause, becomes 0.
     */
    public static double percentError(double nuclearNorm, long centroids, long dimensions) {
        double bound = upperBound(centroids, dimensions);
        return Math.max(0, (bound - nuclearNorm) / bound);
    }

    /**
     * Checks the shape of a matrix of centroids.
     *
     * @throws MmcrException if it has no row or no column
     */
    public static void requireSizes(long centroids, long dimensions) {
        if (centroids < 1 || dimensions < 1) {
            throw new MmcrException("expected at least one centroid and one dimension, found " + centroids + " x "
                    + dimensions + "; pass the shape of the centroid matrix");
        }
    }
}
