package org.mmcr.core.theory;

import java.util.Arrays;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;

/**
 * The bound on the nuclear norm of N centroids in D dimensions and the distance from it.
 *
 * <p>Source: Isik et al. 2023, Proposition 2.3. Centroids lie in the unit ball, so the Frobenius norm is at most
 * sqrt(N), and Cauchy-Schwarz over the min(N, D) singular values gives {@code 0 <= ||M||_* <= sqrt(N min(N, D))}. The
 * bound for given lengths of the centroids is derived in docs/theory.md, "Centroids of given lengths".
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
     * Returns the largest nuclear norm of a matrix whose rows have given lengths; it is attained. With the lengths b in
     * descending order and the smallest k at which {@code b[k]^2 <= R / (D - k)}, R the sum of the squares from b[k]
     * on, it is {@code b[0] + ... + b[k-1] + sqrt((D - k) R)}. Rows of length 1 give {@link #upperBound(long, long)}.
     *
     * @param lengths (N), each 0 or more; not modified
     * @param dimensions D
     * @throws MmcrException if there is no row, a length is negative or not finite, or the dimension is below 1
     */
    public static double upperBound(double[] lengths, long dimensions) {
        requireSizes(lengths.length, dimensions);
        double[] ascending = lengths.clone();
        Arrays.sort(ascending);
        if (!(ascending[0] >= 0) || !Double.isFinite(ascending[ascending.length - 1])) {
            throw new MmcrException("expected finite lengths of 0 or more, found " + ascending[0] + " to "
                    + ascending[ascending.length - 1] + "; pass the Euclidean lengths of the rows");
        }
        double rest = Arrays.stream(ascending).map(length -> length * length).sum();
        double bound = 0;
        long free = dimensions;
        int next = ascending.length - 1;
        while (next >= 0 && free > 0 && ascending[next] * ascending[next] * free > rest) {
            rest = Math.max(0, rest - ascending[next] * ascending[next]);
            bound += ascending[next];
            free--;
            next--;
        }
        return bound + Math.sqrt(free * rest);
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
