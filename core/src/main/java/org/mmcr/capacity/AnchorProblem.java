package org.mmcr.capacity;

import org.apiguardian.api.API;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.MmcrException;

/**
 * Anchor points of one manifold for any number of directions.
 *
 * <p>For a direction t the point v nearest to t with {@code <v, s> <= -kappa} for all points s (each with a centre coordinate
 * of 1) is {@code v = t - sum_i x_i s_i}, where x >= 0 minimises {@code x'Gx / 2 - (kappa + S't)'x} with the points' Gram matrix
 * G: the dual problem, a non-negative least-squares problem whose matrix all directions share. The anchor is {@code sum x_i
 * s_i / sum x_i}, and where t is feasible already the point nearest to violation. (Chung, Lee and Sompolinsky 2018 write {@code
 * <v, s> >= kappa}; the law of t is the same either way, and given directions are read as the published code reads them.)
 *
 * <p>Safe for use by several threads. Memory is m^2 + m D numbers, and n (m + 2 D) for a batch of n directions.
 */
@API(status = API.Status.STABLE)
public final class AnchorProblem {
    /** Points for each dimension above which a warm start saves time. */
    private static final int CROWDED = 4;

    private final double[][] points;
    private final double kappa;
    private final double[][] gram;

    /**
     * What a batch of directions yields.
     *
     * @param distances |v - t|^2 of each direction
     * @param anchors (n, D) relative to the centre
     * @param cosines between direction and anchor, the centre coordinate left out; 0 where either has no length
     * @param gaps relative KKT gap of each problem
     */
    @SuppressWarnings("ArrayRecordComponent") // a carrier of data, never compared
    public record Anchors(double[] distances, double[][] anchors, double[] cosines, double[] gaps) {}

    /**
     * The problem of a manifold.
     *
     * @param points (m, D) relative to the manifold's centre, in units of the centre's length
     * @param kappa margin, at least 0
     */
    public AnchorProblem(double[][] points, double kappa) {
        if (points.length == 0 || points[0].length == 0) {
            throw new MmcrException(
                    "expected at least one point of at least one dimension, found " + points.length + " points");
        }
        if (!(kappa >= 0 && kappa < Double.POSITIVE_INFINITY)) {
            throw new MmcrException("expected a finite margin of at least 0, found " + kappa);
        }
        this.points = points;
        this.kappa = kappa;
        try (PointerScope scope = new PointerScope()) {
            Tensor rows = Doubles.matrix(points);
            this.gram = Doubles.rows(torch.matmul(rows, rows.t()).add(new Scalar(1)));
        }
    }

    /** D. */
    int dimension() {
        return points[0].length;
    }

    /**
     * Solves one problem for each direction; where that saves time, each begins with the points that were active in
     * the one before.
     *
     * @param directions (n, D + 1), the last entry along the centre
     */
    public Anchors solve(double[][] directions) {
        int dimension = dimension();
        if (directions.length == 0 || directions[0].length != dimension + 1) {
            throw new MmcrException("expected directions of " + (dimension + 1)
                    + " entries, one for each dimension and one for the centre, found "
                    + (directions.length == 0 ? "none" : directions[0].length));
        }
        double[][] wants = wants(directions);
        NonNegativeLeastSquares solver = new NonNegativeLeastSquares(gram);
        // Independent directions have anchors in common only where many points share few dimensions (decision 14).
        boolean warm = points.length > CROWDED * dimension;
        int count = directions.length;
        Anchors found = new Anchors(new double[count], new double[count][], new double[count], new double[count]);
        for (int n = 0; n < count; n++) {
            double[] x = warm ? solver.solveWarm(wants[n]) : solver.solve(wants[n]);
            found.gaps[n] = solver.gap(wants[n]);
            found.distances[n] = Math.max(0, Doubles.dot(wants[n], x, x.length));
            found.anchors[n] = anchor(x, wants[n]);
            found.cosines[n] = cosine(directions[n], found.anchors[n], dimension);
        }
        return found;
    }

    /** kappa + S't for every direction: (n, m). */
    private double[][] wants(double[][] directions) {
        try (PointerScope scope = new PointerScope()) {
            Tensor rows = Doubles.matrix(points);
            Tensor ones = torch.ones(rows.size(0), 1).to(ScalarType.Double);
            Tensor withCentre = torch.cat(new TensorVector(rows, ones), 1);
            return Doubles.rows(
                    torch.matmul(Doubles.matrix(directions), withCentre.t()).add(new Scalar(kappa)));
        }
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
                double[] point = points[i];
                for (int d = 0; d < anchor.length; d++) {
                    anchor[d] += weight * point[d];
                }
            }
        }
        if (total == 0) {
            return points[nearest].clone();
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
