package org.mmcr.core;

import java.util.function.DoubleUnaryOperator;

/** Golden-section search for the maximum of a function of one number. */
public final class GoldenSection {
    private static final double RATIO = (Math.sqrt(5) - 1) / 2;

    private GoldenSection() {}

    /**
     * Returns the place of the maximum, to {@code 0.62^refinements} of the interval's length.
     *
     * @param function that rises up to one place and falls after it; of equal values the first place counts
     * @param from lower end
     * @param to upper end
     * @param refinements evaluations after the first two
     */
    public static double maximum(DoubleUnaryOperator function, double from, double to, int refinements) {
        double low = from;
        double high = to;
        double left = high - RATIO * (high - low);
        double right = low + RATIO * (high - low);
        double atLeft = function.applyAsDouble(left);
        double atRight = function.applyAsDouble(right);
        for (int i = 0; i < refinements; i++) {
            if (atLeft >= atRight) {
                high = right;
                right = left;
                atRight = atLeft;
                left = high - RATIO * (high - low);
                atLeft = function.applyAsDouble(left);
            } else {
                low = left;
                left = right;
                atLeft = atRight;
                right = low + RATIO * (high - low);
                atRight = function.applyAsDouble(right);
            }
        }
        return (low + high) / 2;
    }
}
