package org.mmcr.objective.information;

import java.util.function.DoubleUnaryOperator;

/**
 * The logarithm of the mass of a von Mises-Fisher distribution in a cap of the sphere.
 *
 * <p>The sphere is cut into rings of equal angle t to the mean direction. A cap of radius e around a point at angle a
 * holds a part of the ring that is itself a cap of the sphere one dimension lower, of radius f where, by the
 * half-angle formula of the spherical triangle with sides t, a and e, {@code tan^2(f/2) = sin((a+e-t)/2)
 * sin((t+e-a)/2) / (sin((t+a+e)/2) sin((t+a-e)/2))}. The remaining integral over t uses the midpoint rule after t =
 * from + (to - from) v^3 (10 - 15 v + 6 v^2), which flattens both ends. Absolute error of the logarithm below 1e-6 for
 * D from 2 to 10,000.
 *
 * <p>Holds a table of ring fractions for its dimension; create one and use it for every point. Immutable.
 */
final class CapMass {
    private static final int TABLE = 2048;
    private static final int COARSE = 64;
    private static final int FINE = 96;
    /** Terms this far below the largest, in logarithms, are left out. */
    private static final double NEGLIGIBLE = 45;

    private final int dimension;
    private final double logRing;
    /** Log fraction of a cap of the ring's sphere minus (D - 2) log sin, at equal steps of its radius over 0..pi/2. */
    private final double[] smooth;

    CapMass(int dimension) {
        this.dimension = dimension;
        this.logRing = dimension == 2 ? Math.log(2) : new UnitSphere(dimension - 1).logArea();
        this.smooth = dimension == 2 ? new double[0] : table(new UnitSphere(dimension - 1));
    }

    private static double[] table(UnitSphere ring) {
        double[] values = new double[TABLE + 3];
        for (int i = 0; i < values.length; i++) {
            // The cubic needs one more node at either end. The difference is even around radius 0, where it has a
            // limit.
            double radius = Math.max(1e-6, Math.abs(i - 1) * Math.PI / 2 / TABLE);
            values[i] = ring.logCapArea(radius) - ring.logArea() - (ring.dimension() - 1) * Math.log(Math.sin(radius));
        }
        return values;
    }

    /**
     * Returns the log of the mass of a cap.
     *
     * @param angle angle between the mean direction and the cap's centre, 0..pi
     * @param radius radius of the cap, 0..pi
     */
    double log(VonMisesFisher law, double angle, double radius) {
        DoubleUnaryOperator ring = t -> law.kappa() * -2 * square(Math.sin(t / 2)) + (dimension - 2) * logSine(t);
        double near = Math.abs(angle - radius);
        double far = Math.min(angle + radius, 2 * Math.PI - angle - radius);
        double sum = logIntegral(near, far, t -> ring.applyAsDouble(t) + logFraction(t, angle, radius));
        if (radius > angle) {
            sum = logSum(sum, logIntegral(0, near, ring));
        }
        if (angle + radius > Math.PI) {
            sum = logSum(sum, logIntegral(far, Math.PI, ring));
        }
        return Math.min(0, law.logPeak() + logRing + sum);
    }

    private double logFraction(double t, double angle, double radius) {
        if (dimension == 2) {
            return Math.log(0.5);
        }
        double inside = Math.sin((angle + radius - t) / 2) * Math.sin((t + radius - angle) / 2);
        double outside = Math.sin((t + angle + radius) / 2) * Math.sin((t + angle - radius) / 2);
        double opening = 2 * Math.atan2(Math.sqrt(Math.max(0, inside)), Math.sqrt(Math.max(0, outside)));
        return opening <= Math.PI / 2
                ? logHalfFraction(opening)
                : Math.log1p(-Math.exp(logHalfFraction(Math.PI - opening)));
    }

    private double logHalfFraction(double opening) {
        if (opening <= 0) {
            return Double.NEGATIVE_INFINITY;
        }
        double place = opening / (Math.PI / 2) * TABLE;
        int i = Math.min(TABLE - 1, (int) place);
        double x = place - i;
        // Cubic through four neighbours.
        double a = smooth[i];
        double b = smooth[i + 1];
        double c = smooth[i + 2];
        double d = smooth[i + 3];
        double cubic = b
                + x * (c - a / 3 - b / 2 - d / 6)
                + x * x * ((a + c) / 2 - b)
                + x * x * x * ((b - c) / 2 + (d - a) / 6);
        return cubic + (dimension - 2) * logSine(opening);
    }

    private double logSine(double t) {
        return dimension == 2 ? 0 : Math.log(Math.sin(t));
    }

    /** Returns the log of the integral of exp(f); a coarse pass finds where the integrand is not negligible. */
    private static double logIntegral(double from, double to, DoubleUnaryOperator f) {
        double length = to - from;
        if (!(length > 0)) {
            return Double.NEGATIVE_INFINITY;
        }
        DoubleUnaryOperator g = v -> f.applyAsDouble(from + length * v * v * v * (10 + v * (6 * v - 15)))
                + Math.log(length * 30 * square(v * (1 - v)));
        double step = 1.0 / COARSE;
        double[] coarse = new double[COARSE];
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < COARSE; i++) {
            coarse[i] = g.applyAsDouble((i + 0.5) * step);
            largest = Math.max(largest, coarse[i]);
        }
        if (largest == Double.NEGATIVE_INFINITY) {
            return largest;
        }
        int first = 0;
        while (coarse[first] < largest - NEGLIGIBLE) {
            first++;
        }
        int last = COARSE - 1;
        while (coarse[last] < largest - NEGLIGIBLE) {
            last--;
        }
        return midpoints(g, Math.max(0, first - 0.5) * step, Math.min(COARSE, last + 1.5) * step);
    }

    private static double midpoints(DoubleUnaryOperator g, double from, double to) {
        double step = (to - from) / FINE;
        double[] values = new double[FINE];
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < FINE; i++) {
            values[i] = g.applyAsDouble(from + (i + 0.5) * step);
            largest = Math.max(largest, values[i]);
        }
        double sum = 0;
        for (double value : values) {
            sum += Math.exp(value - largest);
        }
        return largest + Math.log(sum * step);
    }

    private static double logSum(double a, double b) {
        double largest = Math.max(a, b);
        return largest == Double.NEGATIVE_INFINITY ? largest : largest + Math.log1p(Math.exp(Math.min(a, b) - largest));
    }

    private static double square(double x) {
        return x * x;
    }
}
