package org.mmcr.capacity;

import java.util.random.RandomGenerator;
import org.mmcr.MmcrException;

/**
 * Capacity, radius and dimension of one manifold, from its anchor points over Gaussian directions.
 *
 * <p>For a direction t the point v nearest to t with {@code <v, s> <= -kappa} for all points s (each with a centre coordinate
 * of 1) is {@code v = t - sum_i x_i s_i}, where x >= 0 minimises {@code x'Gx / 2 - (kappa + S't)'x} with the points' Gram matrix
 * G: the dual problem, a non-negative least-squares problem whose matrix all directions share. The anchor is {@code sum x_i
 * s_i / sum x_i}, and where t is feasible already the point nearest to violation. (Chung, Lee and Sompolinsky 2018 write {@code
 * <v, s> >= kappa}; the law of t is the same either way, and given directions are read as the published code reads them.)
 *
 * @param capacity alpha_M, eqs. 16 and 17: one over the mean of |v - t|^2; infinite when no direction is infeasible
 * @param radius R_M, eq. 28: root mean square distance of the anchors from their mean, in units of the centre's length
 * @param dimension D_M, eq. 29: D times the squared mean cosine between direction and anchor
 * @param worstGap largest relative KKT gap of the problems solved
 * @param terms for every direction |v - t|^2, squared distance of its anchor from their mean, and cosine; (3, directions)
 */
@SuppressWarnings("ArrayRecordComponent")
public record ManifoldGeometry(double capacity, double radius, double dimension, double worstGap, double[][] terms) {

    /**
     * Analyses a manifold.
     *
     * @param points (m, D) relative to the manifold's centre, in units of the centre's length
     * @param directions (n, D + 1), the last entry along the centre
     * @param kappa margin, at least 0
     */
    public static ManifoldGeometry of(double[][] points, double[][] directions, double kappa) {
        require(points, directions, kappa);
        int count = directions.length;
        int dimension = points[0].length;
        NonNegativeLeastSquares solver = new NonNegativeLeastSquares(gram(points));
        double[][] anchors = new double[count][];
        double[] distances = new double[count];
        double[] wants = new double[points.length];
        double worst = 0;
        for (int n = 0; n < count; n++) {
            double[] t = directions[n];
            for (int i = 0; i < points.length; i++) {
                wants[i] = kappa + dot(points[i], t, dimension) + t[dimension];
            }
            double[] x = solver.solve(wants);
            worst = Math.max(worst, solver.gap(wants));
            distances[n] = Math.max(0, dot(wants, x, x.length));
            anchors[n] = anchor(points, x, wants);
        }
        double[] spreads = spreads(anchors, dimension);
        double[] cosines = new double[count];
        for (int n = 0; n < count; n++) {
            cosines[n] = cosine(directions[n], anchors[n], dimension);
        }
        double[][] terms = {distances, spreads, cosines};
        return new ManifoldGeometry(
                capacity(mean(distances)), Math.sqrt(mean(spreads)), dimension(dimension, mean(cosines)), worst, terms);
    }

    /** Draws directions for a manifold of {@code dimension} dimensions: (count, dimension + 1) standard normal. */
    public static double[][] directions(int count, int dimension, RandomGenerator random) {
        double[][] drawn = new double[count][dimension + 1];
        for (double[] direction : drawn) {
            for (int i = 0; i <= dimension; i++) {
                direction[i] = random.nextGaussian();
            }
        }
        return drawn;
    }

    static double capacity(double meanDistance) {
        return 1 / meanDistance;
    }

    static double dimension(int ambient, double meanCosine) {
        return ambient * meanCosine * meanCosine;
    }

    /** Inner products of the points, each with its centre coordinate of 1. */
    private static double[][] gram(double[][] points) {
        double[][] gram = new double[points.length][points.length];
        for (int i = 0; i < points.length; i++) {
            for (int k = 0; k <= i; k++) {
                gram[i][k] = 1 + dot(points[i], points[k], points[i].length);
                gram[k][i] = gram[i][k];
            }
        }
        return gram;
    }

    private static double[] anchor(double[][] points, double[] x, double[] wants) {
        int dimension = points[0].length;
        double total = 0;
        double[] anchor = new double[dimension];
        for (int i = 0; i < x.length; i++) {
            if (x[i] > 0) {
                total += x[i];
                for (int d = 0; d < dimension; d++) {
                    anchor[d] += x[i] * points[i][d];
                }
            }
        }
        if (total == 0) {
            int nearest = 0;
            for (int i = 1; i < wants.length; i++) {
                nearest = wants[i] > wants[nearest] ? i : nearest;
            }
            return points[nearest].clone();
        }
        for (int d = 0; d < dimension; d++) {
            anchor[d] /= total;
        }
        return anchor;
    }

    private static double[] spreads(double[][] anchors, int dimension) {
        double[] middle = new double[dimension];
        for (double[] anchor : anchors) {
            for (int d = 0; d < dimension; d++) {
                middle[d] += anchor[d] / anchors.length;
            }
        }
        double[] spreads = new double[anchors.length];
        for (int n = 0; n < anchors.length; n++) {
            for (int d = 0; d < dimension; d++) {
                double apart = anchors[n][d] - middle[d];
                spreads[n] += apart * apart;
            }
        }
        return spreads;
    }

    /** 0 where either has no length: an anchor at the centre points nowhere. */
    private static double cosine(double[] direction, double[] anchor, int dimension) {
        double lengths = Math.sqrt(dot(direction, direction, dimension) * dot(anchor, anchor, dimension));
        return lengths == 0 ? 0 : dot(direction, anchor, dimension) / lengths;
    }

    private static double dot(double[] a, double[] b, int length) {
        double sum = 0;
        for (int i = 0; i < length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    private static void require(double[][] points, double[][] directions, double kappa) {
        if (points.length == 0 || points[0].length == 0 || directions.length == 0) {
            throw new MmcrException("expected at least one point, dimension and direction, found " + points.length
                    + " points and " + directions.length + " directions");
        }
        if (directions[0].length != points[0].length + 1) {
            throw new MmcrException("expected directions of " + (points[0].length + 1)
                    + " entries, one for each dimension and one for the centre, found " + directions[0].length);
        }
        if (!(kappa >= 0 && kappa < Double.POSITIVE_INFINITY)) {
            throw new MmcrException("expected a finite margin of at least 0, found " + kappa);
        }
    }
}
