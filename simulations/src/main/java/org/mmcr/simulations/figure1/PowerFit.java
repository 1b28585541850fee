package org.mmcr.simulations.figure1;

import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * A power law fitted by least squares in logarithms.
 *
 * @param exponent slope of log y against log x
 * @param standardError of the slope; 0 for fewer than three points
 * @param points number of points
 */
record PowerFit(double exponent, double standardError, int points) {

    /** 97.5 % quantiles of Student's t for one and two degrees of freedom. */
    private static final double[] FEW = {12.7062, 4.3027};

    /** 97.5 % quantile of the normal distribution. */
    private static final double NORMAL = 1.959964;

    /** Fits positive values; empty without two different x. */
    static Optional<PowerFit> of(double[] x, double[] y) {
        double meanX = DoubleStream.of(x).map(Math::log).average().orElse(0);
        double meanY = DoubleStream.of(y).map(Math::log).average().orElse(0);
        double xx = 0;
        double xy = 0;
        double yy = 0;
        for (int i = 0; i < x.length; i++) {
            double right = Math.log(x[i]) - meanX;
            double up = Math.log(y[i]) - meanY;
            xx += right * right;
            xy += right * up;
            yy += up * up;
        }
        if (xx <= 1e-9) {
            return Optional.empty();
        }
        double residual = Math.max(0, yy - xy * xy / xx);
        double error = x.length < 3 ? 0 : Math.sqrt(residual / (x.length - 2) / xx);
        return Optional.of(new PowerFit(xy / xx, error, x.length));
    }

    /** Returns the ends of the 95 % interval of the exponent; empty for fewer than three points. */
    Optional<List<Double>> interval() {
        double reach = points < 3 ? 0 : quantile(points - 2) * standardError;
        return points < 3 ? Optional.empty() : Optional.of(List.of(exponent - reach, exponent + reach));
    }

    /** 97.5 % quantile of Student's t (Abramowitz and Stegun, 26.7.5). */
    static double quantile(int freedom) {
        if (freedom <= FEW.length) {
            return FEW[freedom - 1];
        }
        double z = NORMAL;
        double n = freedom;
        return z
                + (Math.pow(z, 3) + z) / (4 * n)
                + (5 * Math.pow(z, 5) + 16 * Math.pow(z, 3) + 3 * z) / (96 * n * n)
                + (3 * Math.pow(z, 7) + 19 * Math.pow(z, 5) + 17 * Math.pow(z, 3) - 15 * z) / (384 * n * n * n);
    }
}
