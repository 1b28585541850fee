package org.mmcr.objective.information;

/**
 * The logarithm of the scaled modified Bessel function of the first kind, {@code exp(-x) I_v(x)}, and the ratio of
 * neighbouring orders.
 *
 * <p>Order v in 0..5,000, argument x in 1e-8..1e8; relative error of the ratio and of one minus the ratio about 1e-13,
 * absolute error of the logarithm about 1e-12, or 1e-14 times its size if that is more. O(1). The JDK and libtorch have
 * the function for orders 0 and 1 only.
 *
 * <p><b>Method.</b> From order {@value #LARGE} on, the expansion for large order that is uniform in the argument
 * (Debye; Olver 1954; DLMF 10.41.3). With {@code s = sqrt(v^2 + x^2)}
 *
 * <pre>I_v(x) = exp(s - v asinh(v / x)) / sqrt(2 pi s) * sum_k s^-k P_k(v^2 / s^2)</pre>
 *
 * Below, the ratio {@code r_v = I_(v+1) / I_v} follows from the recurrence {@code 1 / r_v = 2 (v + 1) / x + r_(v+1)},
 * evaluated downwards, in which direction it is stable. Differences of large terms have closed forms, so nothing
 * cancels if the order or the argument is large.
 */
final class BesselI {
    /** From this order on, the remainder of the expansion is below rounding for every argument. */
    private static final int LARGE = 40;

    private static final double[][] POLYNOMIALS = polynomials(14);

    private BesselI() {}

    /** Returns log(exp(-x) I_v(x)). */
    static double logScaled(double order, double x) {
        double start = start(order);
        double s = Math.hypot(start, x);
        double excess = start * start / (s + x);
        double log = excess
                - start * Math.log1p((start + excess) / x)
                - Math.log(2 * Math.PI * s) / 2
                + Math.log1p(tail(start, s));
        double ratio = Math.exp(logRatio(start, x));
        for (double v = start - 1; v >= order; v--) {
            ratio = 1 / (2 * (v + 1) / x + ratio);
            log -= Math.log(ratio);
        }
        return log;
    }

    /** Returns I_(v+1)(x) / I_v(x), in 0..1. */
    static double ratio(double order, double x) {
        double start = start(order);
        double ratio = Math.exp(logRatio(start, x));
        for (double v = start - 1; v >= order; v--) {
            ratio = 1 / (2 * (v + 1) / x + ratio);
        }
        return ratio;
    }

    /** Returns 1 - {@link #ratio}, accurate where the ratio is near 1. */
    static double ratioComplement(double order, double x) {
        double start = start(order);
        double complement = -Math.expm1(logRatio(start, x));
        for (double v = start - 1; v >= order; v--) {
            double step = 2 * (v + 1) / x - complement;
            complement = step / (1 + step);
        }
        return complement;
    }

    /** Returns the order itself if it is large, otherwise the first large one at an integer distance above it. */
    private static double start(double order) {
        return order >= LARGE ? order : order + Math.ceil(LARGE - order);
    }

    /** Returns the log of the ratio at a large order: the difference of two expansions, simplified term by term. */
    private static double logRatio(double v, double x) {
        double next = v + 1;
        double s = Math.hypot(v, x);
        double sNext = Math.hypot(next, x);
        double growth = (2 * v + 1) / (sNext + s);
        return -Math.log1p((next + next * next / (sNext + x)) / x)
                + growth
                - v * Math.log1p((1 + growth) / (v + s))
                - Math.log1p(growth / s) / 2
                + Math.log1p((tail(next, sNext) - tail(v, s)) / (1 + tail(v, s)));
    }

    /** The sum of the expansion without its leading 1. */
    private static double tail(double v, double s) {
        double square = (v / s) * (v / s);
        double sum = 0;
        for (int k = POLYNOMIALS.length - 1; k >= 1; k--) {
            double value = 0;
            for (int i = k; i >= 0; i--) {
                value = value * square + POLYNOMIALS[k][i];
            }
            sum = (sum + value) / s;
        }
        return sum;
    }

    /**
     * P_k, ascending in powers of the square of t = v / s, where U_k(t) = t^k P_k(t^2) follows DLMF 10.41.9: {@code
     * U_(k+1) = t^2 (1 - t^2) U_k' / 2 + integral_0^t (1 - 5 u^2) U_k(u) du / 8}, here power by power.
     */
    private static double[][] polynomials(int terms) {
        double[][] all = new double[terms + 1][];
        all[0] = new double[] {1};
        for (int k = 0; k < terms; k++) {
            all[k + 1] = new double[k + 2];
            for (int i = 0; i <= k; i++) {
                double power = k + 2.0 * i;
                all[k + 1][i] += all[k][i] * (power / 2 + 1 / (8 * (power + 1)));
                all[k + 1][i + 1] -= all[k][i] * (power / 2 + 5 / (8 * (power + 3)));
            }
        }
        return all;
    }
}
