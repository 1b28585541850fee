package org.mmcr.core.capacity;

import java.util.Arrays;
import java.util.OptionalInt;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;

/**
 * Anchor points of one manifold for any number of directions.
 *
 * <p>For a direction t the point v nearest to t with {@code <v, s> <= -kappa} for all points s (each with a centre
 * coordinate of 1) is {@code v = t - sum_i x_i s_i}, where x >= 0 minimises {@code x'Gx / 2 - (kappa + S't)'x} with
 * the points' Gram matrix G: the dual problem, a non-negative least-squares problem whose matrix all directions share.
 * The anchor is {@code sum x_i s_i / sum x_i}, and for a feasible t the point nearest to violation. (Chung, Lee and
 * Sompolinsky 2018 write {@code
 * <v, s> >= kappa}; t has the same distribution either way, and given directions have the sign of the published code.)
 *
 * <p>Safe for use by several threads. Memory is m^2 + m D numbers, and n (m + 2 D) for a batch of n directions.
 */
@API(status = API.Status.STABLE)
public final class AnchorProblem {
    private final Matrix points;
    private final double kappa;
    private final double[][] gram;

    /**
     * The solutions for a batch of directions.
     *
     * @param distances |v - t|^2 of each direction
     * @param anchors (n, D) relative to the centre
     * @param cosines between direction and anchor, the centre coordinate left out; 0 where either has no length
     * @param gaps relative KKT gap of each problem
     * @param support of the points, over these directions
     */
    @SuppressWarnings("ArrayRecordComponent") // a carrier of data, never compared
    public record Anchors(
            double[] distances, double[][] anchors, double[] cosines, double[] gaps, PointSupport support) {}

    /**
     * Prepares the problem of a manifold.
     *
     * @param points (m, D) relative to the manifold's centre, in units of the centre's length
     * @param kappa margin, at least 0
     * @throws MmcrException if there is no point or the margin is out of range
     */
    public AnchorProblem(Matrix points, double kappa) {
        if (points.values().length == 0) {
            throw new MmcrException(
                    "expected at least one point of at least one dimension, found " + points.rows() + " points");
        }
        if (!(kappa >= 0 && kappa < Double.POSITIVE_INFINITY)) {
            throw new MmcrException("expected a finite margin of at least 0, found " + kappa);
        }
        this.points = points;
        this.kappa = kappa;
        this.gram = Blas.products(points).toRows();
        for (double[] row : gram) {
            for (int i = 0; i < row.length; i++) {
                row[i] += 1;
            }
        }
    }

    /** Returns D. */
    int dimension() {
        return points.columns();
    }

    /**
     * Solves one problem for each direction.
     *
     * @param directions (n, D + 1), the last entry along the centre
     * @throws MmcrException if there is no direction, or one of another length
     */
    public Anchors solve(double[][] directions) {
        int dimension = dimension();
        requireDirections(directions);
        double[][] wants = wants(directions);
        NonNegativeLeastSquares solver = new NonNegativeLeastSquares(gram);
        int count = directions.length;
        Anchors found = new Anchors(
                new double[count],
                new double[count][],
                new double[count],
                new double[count],
                PointSupport.none(points.rows()));
        for (int n = 0; n < count; n++) {
            // Starts at zero: the active set of another direction does not help (decision 14).
            double[] x = solver.solve(wants[n]);
            found.gaps[n] = solver.gap(wants[n]);
            found.distances[n] = Math.max(0, Doubles.dot(wants[n], x, x.length));
            found.support.add(x, found.distances[n]);
            found.anchors[n] = anchor(x, wants[n]);
            found.cosines[n] = cosine(directions[n], found.anchors[n], dimension);
        }
        return found;
    }

    private void requireDirections(double[][] directions) {
        int entries = dimension() + 1;
        OptionalInt other = Arrays.stream(directions)
                .mapToInt(direction -> direction.length)
                .filter(length -> length != entries)
                .findFirst();
        if (directions.length == 0 || other.isPresent()) {
            throw new MmcrException("expected directions of " + entries
                    + " entries, one for each dimension and one for the centre, found "
                    + (other.isPresent() ? other.getAsInt() : "none"));
        }
    }

    /** Returns kappa + S't for every direction, (n, m). */
    private double[][] wants(double[][] directions) {
        int dimension = dimension();
        Matrix along = Matrix.zeros(directions.length, dimension);
        for (int n = 0; n < directions.length; n++) {
            System.arraycopy(directions[n], 0, along.values(), n * dimension, dimension);
        }
        double[][] wants = Blas.productTransposed(along, points).toRows();
        for (int n = 0; n < wants.length; n++) {
            double same = kappa + directions[n][dimension];
            for (int i = 0; i < points.rows(); i++) {
                wants[n][i] += same;
            }
        }
        return wants;
    }

    private double[] anchor(double[] x, double[] wants) {
        double total = 0;
        int nearest = 0;
        double[] anchor = new double[dimension()];
        for (int i = 0; i < x.length; i++) {
            nearest = wants[i] > wants[nearest] ? i : nearest;
            double weight = x[i];
            if (weight > 0) {
                total += weight;
                int from = i * anchor.length;
                for (int d = 0; d < anchor.length; d++) {
                    anchor[d] += weight * points.values()[from + d];
                }
            }
        }
        if (total == 0) {
            return points.row(nearest);
        }
        for (int d = 0; d < anchor.length; d++) {
            anchor[d] /= total;
        }
        return anchor;
    }

    private static double cosine(double[] direction, double[] anchor, int dimension) {
        double lengths =
                Math.sqrt(Doubles.dot(direction, direction, dimension) * Doubles.dot(anchor, anchor, dimension));
        return lengths == 0 ? 0 : Doubles.dot(direction, anchor, dimension) / lengths;
    }
}
