package org.mmcr.core.theory;

import org.apiguardian.api.API;

/**
 * Expected figures of N points drawn uniformly from the sphere in D dimensions: the reference for embeddings that are
 * invariant and uniform, but not optimised further.
 *
 * <p>For large sizes the singular values follow {@link MarchenkoPastur} with ratio g = m / M, m = min(N, D), M =
 * max(N, D). Small sizes have a smaller error. The second moment of the squared singular values is exactly 1 + (m - 1)
 * / M in place of 1 + g, because a point's inner product with itself does not vary; for m far below M that moment
 * decides, and the error is that of the law with ratio (m - 1) / M. Towards g = 1 the higher moments reduce the
 * difference: the ratio (m - 1 + s g) / M with s = {@value #SLOPE}, fitted to simulations, is within 1 % of the mean
 * percent error from N, D = 10 on.
 */
@API(status = API.Status.STABLE)
public final class UniformEmbeddings {
    private static final double SLOPE = 0.75;

    private UniformEmbeddings() {}

    /**
     * Returns the expected percent error, a fraction in 0..1, of {@code points} uniform points in {@code dimensions}
     * dimensions. 0 when either is 1, where every arrangement reaches the bound.
     */
    public static double percentError(long points, long dimensions) {
        MmcrBounds.requireSizes(points, dimensions);
        return Math.min(points, dimensions) == 1 ? 0 : law(points, dimensions).percentError();
    }

    /** Returns the distribution that the squared singular values follow nearly, when both sizes are at least 2. */
    public static MarchenkoPastur law(long points, long dimensions) {
        double small = Math.min(points, dimensions);
        double large = Math.max(points, dimensions);
        return new MarchenkoPastur((small - 1 + SLOPE * small / large) / large);
    }

    /** Returns the expected nuclear norm of the matrix of those points. */
    public static double nuclearNorm(long points, long dimensions) {
        return MmcrBounds.upperBound(points, dimensions) * (1 - percentError(points, dimensions));
    }
}
