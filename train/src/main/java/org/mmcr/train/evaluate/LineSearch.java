package org.mmcr.train.evaluate;

import java.util.Optional;

/**
 * A step length that satisfies the strong Wolfe conditions: the value falls enough and the slope becomes flat enough
 * (Nocedal and Wright 2006, section 3.5). Brackets by doubling, then narrows by a guarded secant on the slopes.
 */
final class LineSearch {
    /** A point with its value and gradient. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Point(double[] at, double value, double[] gradient) {}

    private static final double SUFFICIENT_DECREASE = 1e-4;
    private static final double FLATNESS = 0.9;
    /** Relative rise of the value that is taken for rounding: logits are float32. */
    private static final double ROUNDING = 1e-9;

    private static final int MAX_TRIALS = 25;

    private final Lbfgs.Objective objective;
    private final Point start;
    private final double[] direction;
    private final double startSlope;

    private LineSearch(Lbfgs.Objective objective, Point start, double[] direction) {
        this.objective = objective;
        this.start = start;
        this.direction = direction;
        this.startSlope = Lbfgs.dot(start.gradient(), direction);
    }

    /** The point reached from {@code start} along {@code direction}, or nothing when no trial was lower. */
    static Optional<Point> search(Lbfgs.Objective objective, Point start, double[] direction, double firstStep) {
        return new LineSearch(objective, start, direction).run(firstStep);
    }

    private Optional<Point> run(double firstStep) {
        if (!(startSlope < 0)) {
            return Optional.empty();
        }
        double low = 0;
        double lowSlope = startSlope;
        double high = Double.POSITIVE_INFINITY;
        double highSlope = Double.NaN;
        Optional<Point> best = Optional.empty();
        double step = firstStep;
        for (int trial = 0; trial < MAX_TRIALS; trial++) {
            Point point = at(step);
            double slope = Lbfgs.dot(point.gradient(), direction);
            boolean lowEnough = decreases(point, step);
            if (lowEnough && Math.abs(slope) <= -FLATNESS * startSlope) {
                return Optional.of(point);
            }
            if (lowEnough && point.value() < best.orElse(start).value()) {
                best = Optional.of(point);
            }
            if (lowEnough && slope < 0) {
                low = step;
                lowSlope = slope;
            } else {
                high = step;
                highSlope = lowEnough ? slope : Double.NaN;
            }
            step = next(low, lowSlope, high, highSlope);
        }
        return best;
    }

    private boolean decreases(Point point, double step) {
        double allowed = start.value() + SUFFICIENT_DECREASE * step * startSlope + ROUNDING * Math.abs(start.value());
        return point.value() <= allowed;
    }

    private static double next(double low, double lowSlope, double high, double highSlope) {
        if (Double.isInfinite(high)) {
            return low * 2;
        }
        double share = Double.isNaN(highSlope) ? 0.5 : lowSlope / (lowSlope - highSlope);
        return low + (high - low) * Math.min(0.9, Math.max(0.1, share));
    }

    private Point at(double step) {
        double[] point = new double[direction.length];
        for (int i = 0; i < point.length; i++) {
            point[i] = start.at()[i] + step * direction[i];
        }
        double[] gradient = new double[point.length];
        double value = objective.evaluate(point, gradient);
        return new Point(point, value, gradient);
    }
}
