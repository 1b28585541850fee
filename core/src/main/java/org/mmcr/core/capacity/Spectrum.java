package org.mmcr.core.capacity;

import java.util.Arrays;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;

/**
 * The number of directions over which all points vary.
 *
 * @param participationRatio (sum of the covariance's eigenvalues)^2 / sum of their squares, the smallest left out as
 *     in the published analysis
 * @param explainedVarianceDimension number of directions before the one at which the explained fraction of the
 *     variance is nearest to 90 %, as in the published analysis
 */
@API(status = API.Status.STABLE)
public record Spectrum(double participationRatio, int explainedVarianceDimension) {
    private static final double EXPLAINED = 0.9;
    /** Largest matrix to decompose; larger ones take many minutes and gigabytes. */
    private static final long MOST = 16_384;

    /**
     * Checks that the smaller of the two sizes can be decomposed.
     *
     * @throws MmcrException if it is too large
     */
    public static void requireFeasible(long points, int dimensions) {
        if (Math.min(points, dimensions) > MOST) {
            throw new MmcrException("expected at most " + MOST + " dimensions or points in all, found " + dimensions
                    + " and " + points + "; use --project " + MOST / 4);
        }
    }

    /**
     * Computes the spectrum from inner products of all centred points, over points or over dimensions.
     *
     * @param products lower triangle (n, n) of X X' or X' X of the points X (M, N); overwritten
     * @throws MmcrException if it is not square
     */
    public static Spectrum of(Matrix products) {
        double[] rising = products.eigenvalues();
        double[] all = new double[rising.length];
        Arrays.setAll(all, i -> Math.max(0, rising[all.length - 1 - i]));
        int count = all.length > 1 ? all.length - 1 : all.length;
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < count; i++) {
            sum += all[i];
            squares += all[i] * all[i];
        }
        return new Spectrum(squares == 0 ? 0 : sum * sum / squares, explained(all, count, sum));
    }

    private static int explained(double[] variances, int count, double total) {
        double sum = 0;
        int nearest = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            sum += variances[i];
            double apart = Math.abs(sum / total - EXPLAINED);
            if (apart < least) {
                least = apart;
                nearest = i;
            }
        }
        return nearest;
    }
}
