package org.mmcr.objective.information;

import java.util.function.DoubleUnaryOperator;

/** Integrals over the sphere of functions of one angle, by a plain Simpson rule: the oracle for closed forms. */
final class Quadrature {
    private static final int INTERVALS = 40_000;

    private Quadrature() {}

    static double simpson(DoubleUnaryOperator f, double from, double to) {
        double step = (to - from) / INTERVALS;
        double sum = f.applyAsDouble(from) + f.applyAsDouble(to);
        for (int i = 1; i < INTERVALS; i++) {
            sum += (i % 2 == 1 ? 4 : 2) * f.applyAsDouble(from + i * step);
        }
        return sum * step / 3;
    }

    /** log of the area of S^(D-1), by the recurrence over two dimensions from the circle and the sphere. */
    static double logArea(int dimension) {
        double log = dimension % 2 == 0 ? Math.log(2 * Math.PI) : Math.log(4 * Math.PI);
        for (int d = dimension % 2 == 0 ? 2 : 3; d < dimension; d += 2) {
            log += Math.log(2 * Math.PI / d);
        }
        return log;
    }

    /**
     * The mean of {@code value} under the density proportional to {@code exp(logWeight)} on the sphere, both functions
     * of the angle to an axis; the integrand is scaled by its largest value, and the range cut to where it is not
     * negligible.
     */
    static double mean(int dimension, DoubleUnaryOperator logWeight, DoubleUnaryOperator value) {
        DoubleUnaryOperator log = angle -> logWeight.applyAsDouble(angle) + ring(dimension, angle);
        double[] range = range(log);
        DoubleUnaryOperator weight = angle -> Math.exp(log.applyAsDouble(angle) - range[2]);
        double total = simpson(weight, range[0], range[1]);
        return simpson(angle -> weight.applyAsDouble(angle) * value.applyAsDouble(angle), range[0], range[1]) / total;
    }

    /** log of the integral of {@code exp(logWeight)} over the sphere. */
    static double logIntegral(int dimension, DoubleUnaryOperator logWeight) {
        DoubleUnaryOperator log = angle -> logWeight.applyAsDouble(angle) + ring(dimension, angle);
        double[] range = range(log);
        double ringArea = dimension == 2 ? Math.log(2) : logArea(dimension - 1);
        return ringArea
                + range[2]
                + Math.log(simpson(angle -> Math.exp(log.applyAsDouble(angle) - range[2]), range[0], range[1]));
    }

    private static double ring(int dimension, double angle) {
        return dimension == 2 ? 0 : (dimension - 2) * Math.log(Math.sin(angle));
    }

    /** The interval in which a unimodal function is within 60 of its maximum, and the maximum. */
    private static double[] range(DoubleUnaryOperator log) {
        double step = 1e-5;
        double largest = Double.NEGATIVE_INFINITY;
        for (double angle = step; angle < Math.PI; angle += step) {
            largest = Math.max(largest, log.applyAsDouble(angle));
        }
        double from = 0;
        while (!(log.applyAsDouble(from) > largest - 60)) {
            from += step;
        }
        double to = Math.PI;
        while (!(log.applyAsDouble(to) > largest - 60)) {
            to -= step;
        }
        return new double[] {from, to, largest};
    }
}
