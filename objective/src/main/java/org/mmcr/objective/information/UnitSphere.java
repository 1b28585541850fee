package org.mmcr.objective.information;

import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;

/**
 * The unit sphere S^(D-1) in D dimensions: its area and the area of its caps, in logarithms.
 *
 * <p>D from 2 to 10,000 and beyond; absolute error about 1e-15 times the size of the result, at most 1e-10. The area,
 * {@code 2 pi^(D/2) / Gamma(D/2)}, is also the largest entropy a distribution on the sphere can have, in nats: that of
 * the uniform one.
 */
@API(status = API.Status.STABLE)
public final class UnitSphere {
    private static final double HALF = 0.5;
    /** Relative size at which a factor of the continued fraction has converged. */
    private static final double CONVERGED = 1e-15;

    private final int dimension;
    private final double logArea;
    /** log of the complete beta function B((D-1)/2, 1/2). */
    private final double logBeta;

    /** @throws MmcrException if the dimension is below 2: S^0 is two points and has no area */
    public UnitSphere(int dimension) {
        if (dimension < 2) {
            throw new MmcrException("expected at least 2 dimensions, found " + dimension
                    + "; on a line unit vectors are two points and have no density");
        }
        this.dimension = dimension;
        this.logArea = Math.log(2) + dimension / 2.0 * Math.log(Math.PI) - Gamma.log(dimension / 2.0);
        double shape = (dimension - 1) / 2.0;
        this.logBeta = Gamma.log(shape) + Math.log(Math.PI) / 2 - Gamma.log(shape + HALF);
    }

    /** Returns the dimension of the space, D. */
    public int dimension() {
        return dimension;
    }

    /** Returns the log of the area of the sphere, the entropy of the uniform distribution on it. */
    public double logArea() {
        return logArea;
    }

    /**
     * Returns the log of the area of a cap: minus infinity at angle 0, {@link #logArea()} at pi. It is exact for every
     * angle, not the volume of a flat ball.
     *
     * @param angle geodesic radius in radians, 0..pi
     * @throws MmcrException if the angle is out of range
     */
    public double logCapArea(double angle) {
        if (!(angle >= 0 && angle <= Math.PI)) {
            throw new MmcrException("expected an angle in 0..pi, found " + angle + "; pass radians");
        }
        return logArea
                + (angle <= Math.PI / 2 ? logFraction(angle) : Math.log1p(-Math.exp(logFraction(Math.PI - angle))));
    }

    /**
     * Returns the log of the fraction of the sphere within an angle of at most pi/2: half the regularised incomplete
     * beta function of the squared sine (S. Li 2011). Its continued fraction converges fast on one side of the mean
     * only; for larger caps the complement in the half sphere is computed.
     */
    private double logFraction(double angle) {
        double shape = (dimension - 1) / 2.0;
        double sine = Math.sin(angle);
        double cosine = Math.cos(angle);
        double square = sine * sine;
        double logSine = Math.log(sine);
        if (square < (shape + 1) / (shape + 2.5)) {
            double fraction = fraction(shape, HALF, square);
            return 2 * shape * logSine + Math.log(cosine / (2 * shape)) - logBeta - Math.log(fraction);
        }
        double fraction = fraction(HALF, shape, cosine * cosine);
        double rest = Math.exp(2 * shape * logSine - logBeta) * 2 * cosine / fraction;
        return Math.log1p(-rest) - Math.log(2);
    }

    /**
     * The denominator of the continued fraction of the incomplete beta function, DLMF 8.17.22: {@code I_x(a, b) = x^a
     * (1 - x)^b / (a B(a, b)) / fraction}, evaluated forwards by Lentz's method.
     */
    private static double fraction(double a, double b, double x) {
        double value = 1;
        double numerator = 1;
        double denominator = 0;
        double change;
        int term = 1;
        do {
            int m = term / 2;
            double coefficient = term % 2 == 0
                    ? m * (b - m) * x / ((a + term - 1) * (a + term))
                    : -(a + m) * (a + b + m) * x / ((a + term - 1) * (a + term));
            denominator = 1 / (1 + coefficient * denominator);
            numerator = 1 + coefficient / numerator;
            change = numerator * denominator;
            value *= change;
            term++;
        } while (Math.abs(change - 1) > CONVERGED && term < 100_000);
        return value;
    }
}
