package org.mmcr.core.capacity;

import org.apiguardian.api.API;

/**
 * A decision whether a plane through the origin has all points s_i on one side, with a certificate either way. Points
 * of the other side of a dichotomy are given with the opposite sign.
 *
 * <p>The point w of their hull that is nearest to the origin is {@code sum x_i s_i}, x >= 0, {@code sum x_i = 1}. If w
 * is not the origin, {@code <w, s_i> >= |w|^2 > 0} for all i: w is a read-out that separates. If it is, the weights x
 * prove that none does (Gordan's theorem). Both are checked on the points themselves.
 *
 * @param answer what was proved
 * @param margin least distance of a point from the plane, over the length of the longest point; 0 unless separable
 */
@API(status = API.Status.STABLE)
public record Separability(Answer answer, double margin) {
    /** Relative size below which cosines and lengths are rounding of a difference of squares. */
    private static final double ROUNDING = 1e-6;

    /** The three outcomes. */
    public enum Answer {
        /** A hyperplane through the origin has all points on one side. */
        SEPARABLE,
        /** A combination of the points with weights of at least 0 is the origin. */
        INSEPARABLE,
        /** Neither certificate holds to rounding. */
        UNDECIDED
    }

    /**
     * Decides and checks the certificate.
     *
     * @param points (n, N), those of one side with the opposite sign; n^2 numbers of memory
     */
    public static Separability of(Matrix points) {
        return of(Blas.products(points).toRows());
    }

    private static Separability of(double[][] products) {
        int count = products.length;
        double longest = 0;
        for (int i = 0; i < count; i++) {
            longest = Math.max(longest, products[i][i]);
        }
        if (longest == 0) {
            return new Separability(Answer.INSEPARABLE, 0);
        }
        double[] weights = nearest(products, longest);
        double[] sides = new double[count];
        for (int i = 0; i < count; i++) {
            if (weights[i] > 0) {
                for (int k = 0; k < count; k++) {
                    sides[k] += weights[i] * products[i][k];
                }
            }
        }
        double square = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            square += weights[i] * sides[i];
            least = Math.min(least, sides[i]);
        }
        double length = Math.sqrt(Math.max(0, square));
        if (length > ROUNDING * Math.sqrt(longest) && least > 0) {
            return new Separability(Answer.SEPARABLE, least / length / Math.sqrt(longest));
        }
        boolean atOrigin = length <= ROUNDING * Math.sqrt(longest);
        return new Separability(atOrigin ? Answer.INSEPARABLE : Answer.UNDECIDED, 0);
    }

    /**
     * Returns the weights of the hull's point nearest to the origin; an added coordinate of 1 constrains their sum.
     */
    private static double[] nearest(double[][] products, double unit) {
        int count = products.length;
        double[][] gram = new double[count][count];
        double[] ones = new double[count];
        for (int i = 0; i < count; i++) {
            ones[i] = 1;
            for (int k = 0; k < count; k++) {
                gram[i][k] = products[i][k] / unit + 1;
            }
        }
        double[] weights = new NonNegativeLeastSquares(gram).solve(ones).clone();
        double total = 0;
        for (double weight : weights) {
            total += weight;
        }
        for (int i = 0; i < count; i++) {
            weights[i] /= total;
        }
        return weights;
    }
}
