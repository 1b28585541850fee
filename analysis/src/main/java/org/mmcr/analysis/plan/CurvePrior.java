package org.mmcr.analysis.plan;

import java.util.function.DoubleUnaryOperator;

/**
 * Assumptions about a figure's learning curves before any trial: the scale on which they are lines, and the slope of
 * these lines for each factor e of training time.
 *
 * @param logOdds whether curves are lines in the log-odds of the figure, a fraction, or in the figure itself
 * @param slope expected slope
 * @param slopeDeviation standard deviation of the slope within the trials
 * @param kept fraction of the trials' deviation from the expected slope that remains after them
 * @param laterDeviation standard deviation of the slope after the trials, beyond that
 * @param noise expected standard deviation of a run, worth {@value #NOISE_POINTS} points
 */
record CurvePrior(
        boolean logOdds, double slope, double slopeDeviation, double kept, double laterDeviation, double noise) {
    static final int NOISE_POINTS = 2;

    /** From nine short trainings on drawn pictures, as the next one ({@code docs/plan.md}). */
    static final CurvePrior ACCURACY = new CurvePrior(true, 0.22, 0.2, 0.25, 0.12, 0.1);

    static final CurvePrior PERCENT_ERROR = new CurvePrior(true, -0.17, 0.1, 0.5, 0.045, 0.06);
    /** In nats; chosen before any measurement. */
    static final CurvePrior INFO_NCE = new CurvePrior(false, 0.3, 0.3, 0.5, 0.2, 0.1);

    /** Fractions nearer to 0 or 1 count as this near. */
    private static final double EDGE = 1e-3;

    /** Returns the value on the scale of lines. */
    double scaled(double figure) {
        double inside = Math.max(EDGE, Math.min(1 - EDGE, figure));
        return logOdds ? Math.log(inside / (1 - inside)) : figure;
    }

    /** Returns the function from the scale of lines to the figure. */
    DoubleUnaryOperator figure() {
        return logOdds ? value -> 1 / (1 + Math.exp(-value)) : DoubleUnaryOperator.identity();
    }
}
