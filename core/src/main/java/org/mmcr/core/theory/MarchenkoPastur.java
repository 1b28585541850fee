package org.mmcr.core.theory;

import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;

/**
 * The distribution of the squared singular values of a large matrix with independent entries of mean 0, scaled to mean
 * 1.
 *
 * <p>Marchenko and Pastur 1967. With ratio g = min(N, D) / max(N, D) the squares fill [(1 - sqrt g)^2, (1 + sqrt g)^2]
 * with density sqrt((upper - x) (x - lower)) / (2 pi g x). N points uniform on the sphere in D dimensions, times
 * sqrt(min(N, D) / N), follow it when N and D are large.
 *
 * @param ratio g, above 0 and at most 1
 */
@API(status = API.Status.STABLE)
public record MarchenkoPastur(double ratio) {
    /** Up to here the power series reaches full precision in some 50 terms. */
    private static final double SERIES = 0.5;

    public MarchenkoPastur {
        if (!(ratio > 0 && ratio <= 1)) {
            throw new MmcrException("expected a ratio min(N, D) / max(N, D) above 0 and at most 1, found " + ratio);
        }
    }

    /** Returns the distribution for a matrix of these sizes. */
    public static MarchenkoPastur of(long rows, long columns) {
        return new MarchenkoPastur((double) Math.min(rows, columns) / Math.max(rows, columns));
    }

    /** Returns the left end of the support. */
    public double lower() {
        return Math.pow(1 - Math.sqrt(ratio), 2);
    }

    /** Returns the right end of the support. */
    public double upper() {
        return Math.pow(1 + Math.sqrt(ratio), 2);
    }

    /** Returns the density of the squared singular values at x; 0 outside the support. */
    public double density(double x) {
        double inside = (upper() - x) * (x - lower());
        return x > 0 && inside > 0 ? Math.sqrt(inside) / (2 * Math.PI * ratio * x) : 0;
    }

    /**
     * Returns the fraction of squared singular values up to x.
     *
     * <p>With x = 1 + g + 2 sqrt(g) cos t the density times dx is 2 sin^2 t / (pi x) dt, smooth in t, which Simpson's
     * rule integrates to about 1e-10.
     */
    public double cumulative(double x) {
        if (x <= lower()) {
            return 0;
        }
        if (x >= upper()) {
            return 1;
        }
        double from = Math.acos((x - 1 - ratio) / (2 * Math.sqrt(ratio)));
        int panels = 2000;
        double width = (Math.PI - from) / (2 * panels);
        double sum = angular(from) + angular(Math.PI);
        for (int i = 1; i < 2 * panels; i++) {
            sum += (i % 2 == 1 ? 4 : 2) * angular(from + i * width);
        }
        return Math.min(1, sum * width / 3);
    }

    private double angular(double t) {
        double half = Math.cos(t / 2);
        double root = 1 - Math.sqrt(ratio);
        double x = root * root + 4 * Math.sqrt(ratio) * half * half;
        double sine = Math.sin(t);
        // At g = 1 both vanish at t = pi; the quotient tends to 1.
        return x < 1e-300 ? 2 / Math.PI : 2 * sine * sine / (Math.PI * x);
    }

    /**
     * Returns the value below which a fraction {@code probability} of the squared singular values lies.
     *
     * @throws MmcrException if the probability is not in 0..1
     */
    public double quantile(double probability) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new MmcrException("expected a probability in 0..1, found " + probability);
        }
        double low = lower();
        double high = upper();
        for (int i = 0; i < 60 && high - low > 1e-13 * high; i++) {
            double middle = (low + high) / 2;
            if (cumulative(middle) < probability) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    /**
     * Returns the percent error of uniform embeddings in the limit of large sizes, a fraction 1 - E[sqrt x]: 1 - 8 /
     * (3 pi) at ratio 1, g / 8 + O(g^2) for small g. Accurate to 1e-14.
     *
     * <p>The moments of the law are Narayana polynomials, E[x^p] = F(-p, 1 - p; 2; g) with Gauss's hypergeometric
     * function, and the same holds for p = 1/2. Every term of the series but the first has the same sign, so summing
     * the others loses no digits. Near g = 1, where it converges slowly, complete elliptic integrals are used.
     */
    public double percentError() {
        return ratio <= SERIES ? series() : elliptic();
    }

    private double series() {
        double term = 1;
        double sum = 0;
        for (int k = 0; Math.abs(term) > 1e-18; k++) {
            term *= (k - 0.5) * (k + 0.5) / ((k + 2.0) * (k + 1.0)) * ratio;
            sum -= term;
        }
        return sum;
    }

    /**
     * E[sqrt x] = 16 / (3 pi (1 + t) k^4) ((2 - k^2) E(k) - 2 (1 - k^2) K(k)) with t = sqrt g and k^2 = 4 t / (1 +
     * t)^2.
     */
    private double elliptic() {
        double t = Math.sqrt(ratio);
        double k2 = 4 * t / ((1 + t) * (1 + t));
        double complement = (1 - t) / (1 + t);
        // Arithmetic-geometric mean: K = pi / (2 a), E = K (1 - sum 2^(n-1) c_n^2).
        double a = 1;
        double b = complement;
        double weighted = k2 / 2;
        double power = 0.5;
        while (b > 0 && a - b > 1e-15 * a) {
            double c = (a - b) / 2;
            double mean = (a + b) / 2;
            b = Math.sqrt(a * b);
            a = mean;
            power *= 2;
            weighted += power * c * c;
        }
        double first = b > 0 ? Math.PI / (2 * a) : 0;
        double second = b > 0 ? first * (1 - weighted) : 1;
        double bracket = (2 - k2) * second - 2 * complement * complement * first;
        return 1 - 16 * bracket / (3 * Math.PI * (1 + t) * k2 * k2);
    }
}
