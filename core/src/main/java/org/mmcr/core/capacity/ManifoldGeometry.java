package org.mmcr.core.capacity;

import java.io.Serializable;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apiguardian.api.API;
import org.mmcr.core.capacity.AnchorProblem.Anchors;

/**
 * Capacity, radius and dimension of one manifold, from its anchor points over Gaussian directions.
 *
 * @param capacity alpha_M, eqs. 16 and 17: one over the mean of |v - t|^2; infinite when no direction is infeasible
 * @param radius R_M, eq. 28: root mean square distance of the anchors from their mean, in units of the centre's length
 * @param dimension D_M, eq. 29: D times the squared mean cosine between direction and anchor
 * @param worstGap largest relative KKT gap of the problems solved
 * @param terms for every direction |v - t|^2, squared distance of its anchor from their mean, and cosine; (3,
 *     directions)
 * @param span D
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
@API(status = API.Status.STABLE)
public record ManifoldGeometry(
        double capacity, double radius, double dimension, double worstGap, double[][] terms, int span)
        implements Serializable {

    /**
     * Measures one manifold.
     *
     * @param points (m, D) relative to the manifold's centre, in units of the centre's length
     * @param directions (n, D + 1), the last entry along the centre
     * @param kappa margin, at least 0
     */
    public static ManifoldGeometry of(Matrix points, double[][] directions, double kappa) {
        AnchorProblem problem = new AnchorProblem(points, kappa);
        return of(List.of(problem.solve(directions)), problem.dimension());
    }

    /** Returns the geometry from the anchors of one manifold of {@code span} dimensions, in batches. */
    public static ManifoldGeometry of(List<Anchors> batches, int span) {
        int count = batches.stream().mapToInt(batch -> batch.distances().length).sum();
        double[] middle = new double[span];
        for (Anchors batch : batches) {
            for (double[] anchor : batch.anchors()) {
                for (int d = 0; d < span; d++) {
                    middle[d] += anchor[d] / count;
                }
            }
        }
        double[][] terms = new double[3][count];
        double worst = 0;
        int n = 0;
        for (Anchors batch : batches) {
            for (int i = 0; i < batch.distances().length; i++, n++) {
                terms[0][n] = batch.distances()[i];
                terms[1][n] = squaredDistance(batch.anchors()[i], middle);
                terms[2][n] = batch.cosines()[i];
                worst = Math.max(worst, batch.gaps()[i]);
            }
        }
        double cosine = mean(terms[2]);
        return new ManifoldGeometry(
                1 / mean(terms[0]), Math.sqrt(mean(terms[1])), span * cosine * cosine, worst, terms, span);
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

    /**
     * Returns one over capacity, radius and dimension of bootstrap samples of the directions, (3, resamples). The mean
     * of the anchors is not recomputed, because the radius depends on it in second order only.
     */
    public double[][] resampled(int resamples, RandomGenerator random) {
        double[][] drawn = new double[3][resamples];
        int count = terms[0].length;
        for (int r = 0; r < resamples; r++) {
            double distance = 0;
            double spread = 0;
            double cosine = 0;
            long bits = 0;
            for (int n = 0; n < count; n++) {
                // Each half of 64 random bits is a fraction of one; its product with the count is an index.
                bits = n % 2 == 0 ? random.nextLong() : bits << 32;
                int chosen = (int) (((bits >>> 32) * count) >>> 32);
                distance += terms[0][chosen];
                spread += terms[1][chosen];
                cosine += terms[2][chosen];
            }
            drawn[0][r] = distance / count;
            drawn[1][r] = Math.sqrt(spread / count);
            drawn[2][r] = span * (cosine / count) * (cosine / count);
        }
        return drawn;
    }

    private static double squaredDistance(double[] a, double[] b) {
        double sum = 0;
        for (int d = 0; d < a.length; d++) {
            sum += (a[d] - b[d]) * (a[d] - b[d]);
        }
        return sum;
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }
}
