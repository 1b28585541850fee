package org.mmcr.core.quality;

import java.util.Optional;
import org.apiguardian.api.API;

/**
 * A power law of eigenvalues, {@code l_i = c i^-alpha}, fitted in log-log coordinates over a range of indices: the
 * alpha of alpha-ReQ (Agrawal, Mondal, Ghosh and Richards 2022). Each index i has weight 1/i, so that every octave
 * counts alike (Stringer et al. 2019).
 *
 * @param alpha exponent; about 1 is said to transfer best, larger values are flatter representations of fewer
 *     directions
 * @param from first index of the fit, counted from 1
 * @param to last index of the fit
 * @param rSquared fraction of the weighted variance of log l_i that the law explains
 */
@API(status = API.Status.STABLE)
public record PowerLaw(double alpha, int from, int to, double rSquared) {
    /** Indices of the fit where the spectrum is long enough; the first eigenvalues seldom follow the law. */
    private static final int FROM = 11;

    private static final int TO = 100;
    /** A shorter spectrum is fitted from this fraction of its length on. */
    private static final int SKIPPED = 10;
    /** Fewest eigenvalues of a fit. */
    private static final int FEWEST = 3;
    /** Eigenvalues below this fraction of the largest are rounding errors. */
    private static final double SMALLEST = 1e-12;

    /**
     * Fits the usual range: indices 11 to 100; of a shorter spectrum, from a tenth of its length to its end.
     *
     * @param eigenvalues all eigenvalues of a covariance, descending
     * @return empty if fewer than three eigenvalues are in the range
     */
    public static Optional<PowerLaw> fit(double[] eigenvalues) {
        int usable = 0;
        while (usable < eigenvalues.length
                && eigenvalues[usable] > 0
                && eigenvalues[usable] > SMALLEST * eigenvalues[0]) {
            usable++;
        }
        int to = Math.min(TO, usable);
        int from = Math.min(FROM, 1 + to / SKIPPED);
        return to - from + 1 < FEWEST ? Optional.empty() : Optional.of(fit(eigenvalues, from, to));
    }

    /**
     * Fits a given range.
     *
     * @param eigenvalues all eigenvalues, descending, positive in the range
     * @param from first index, counted from 1
     * @param to last index, at least {@code from + 1}
     */
    public static PowerLaw fit(double[] eigenvalues, int from, int to) {
        double weights = 0;
        double meanX = 0;
        double meanY = 0;
        for (int i = from; i <= to; i++) {
            weights += 1.0 / i;
            meanX += Math.log(i) / i;
            meanY += Math.log(eigenvalues[i - 1]) / i;
        }
        meanX /= weights;
        meanY /= weights;
        double xx = 0;
        double xy = 0;
        double yy = 0;
        for (int i = from; i <= to; i++) {
            double x = Math.log(i) - meanX;
            double y = Math.log(eigenvalues[i - 1]) - meanY;
            xx += x * x / i;
            xy += x * y / i;
            yy += y * y / i;
        }
        return new PowerLaw(-xy / xx, from, to, yy == 0 ? 1 : xy * xy / (xx * yy));
    }
}
