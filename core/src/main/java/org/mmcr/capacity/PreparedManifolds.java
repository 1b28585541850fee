package org.mmcr.capacity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.MmcrException;

/**
 * Manifolds made ready for {@link ManifoldGeometry}: centred, freed from the structure their centres share, each in units of its
 * centre's length and in coordinates of the space it spans.
 *
 * @param points of every manifold, (m, min(m, N)) relative to its centre
 * @param centreNorms length of every centre after removal, in the data's units
 * @param correlation mean absolute correlation of the centres before removal
 * @param residual the same after it
 * @param lowRank how many common directions were removed
 * @param participationRatio of the covariance of all points: (sum of eigenvalues)^2 / sum of their squares, the smallest left
 *     out as in the published analysis
 * @param explainedVarianceDimension directions that come before the one at which the explained share of the variance is nearest
 *     to 90 %, as in the published analysis
 */
@SuppressWarnings("ArrayRecordComponent")
public record PreparedManifolds(
        List<double[][]> points,
        double[] centreNorms,
        double correlation,
        double residual,
        int lowRank,
        double participationRatio,
        int explainedVarianceDimension) {
    private static final double EXPLAINED = 0.9;
    /** A centre this short beside the largest distance from it is at the origin to rounding. */
    private static final double AT_ORIGIN = 1e-10;

    /**
     * Prepares manifolds.
     *
     * @param manifolds (m_i, N) float32 or float64 each, finite, at least two of them, not modified
     * @param seed of the search for common structure
     * @throws MmcrException when there are too few, an entry is not finite, or a manifold's centre is that of all
     */
    public static PreparedManifolds of(List<Tensor> manifolds, long seed) {
        requireUsable(manifolds);
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            List<Tensor> accurate = manifolds.stream()
                    .map(points -> points.detach().to(ScalarType.Double))
                    .toList();
            Tensor all = torch.cat(new TensorVector(accurate.toArray(new Tensor[0])), 0);
            Tensor origin = all.mean(new long[] {0}, true, new ScalarTypeOptional());
            Tensor[] means = accurate.stream()
                    .map(points -> points.mean(new long[] {0}, true, new ScalarTypeOptional())
                            .sub(origin))
                    .toArray(Tensor[]::new);
            CentreStructure structure = CentreStructure.of(torch.cat(new TensorVector(means), 0), seed);
            List<double[][]> points = new ArrayList<>();
            double[] norms = new double[accurate.size()];
            for (int i = 0; i < norms.length; i++) {
                try (PointerScope one = new PointerScope()) {
                    Tensor free = CentreStructure.without(accurate.get(i).sub(origin), structure.directions());
                    Tensor centre = free.mean(new long[] {0}, true, new ScalarTypeOptional());
                    norms[i] = Math.sqrt(centre.square().sum().item_double());
                    Tensor around = free.sub(centre);
                    requireCentre(
                            i, norms[i], Math.sqrt(around.square().sum(1).max().item_double()));
                    points.add(rows(coordinates(around).div(new Scalar(norms[i]))));
                }
            }
            double[] variances = variances(all.sub(origin));
            return new PreparedManifolds(
                    points,
                    norms,
                    structure.correlation(),
                    structure.residual(),
                    structure.rank(),
                    participation(variances),
                    explained(variances));
        }
    }

    /** (m, N) -> (m, min(m, N)): the same inner products with fewer numbers. */
    private static Tensor coordinates(Tensor points) {
        return points.size(1) <= points.size(0)
                ? points
                : torch.linalg_qr(points.t()).get1().t();
    }

    /** Descending eigenvalues of the covariance but the last, up to a factor: what the published figures are computed from. */
    private static double[] variances(Tensor centred) {
        Tensor small = centred.size(0) < centred.size(1)
                ? torch.matmul(centred, centred.t())
                : torch.matmul(centred.t(), centred);
        double[] all =
                values(torch.linalg_eigvalsh(small).clamp_min(new Scalar(0)).flip(0));
        return Arrays.copyOf(all, Math.max(1, all.length - 1));
    }

    private static double participation(double[] variances) {
        double sum = 0;
        double squares = 0;
        for (double variance : variances) {
            sum += variance;
            squares += variance * variance;
        }
        return squares == 0 ? 0 : sum * sum / squares;
    }

    private static int explained(double[] variances) {
        double total = 0;
        for (double variance : variances) {
            total += variance;
        }
        double sum = 0;
        int nearest = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < variances.length; i++) {
            sum += variances[i];
            double apart = Math.abs(sum / total - EXPLAINED);
            if (apart < least) {
                least = apart;
                nearest = i;
            }
        }
        return nearest;
    }

    private static double[][] rows(Tensor matrix) {
        double[] flat = values(matrix);
        int width = Math.toIntExact(matrix.size(1));
        double[][] rows = new double[Math.toIntExact(matrix.size(0))][width];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(flat, i * width, rows[i], 0, width);
        }
        return rows;
    }

    private static double[] values(Tensor tensor) {
        double[] values = new double[Math.toIntExact(tensor.numel())];
        try (Tensor flat = tensor.contiguous();
                DoublePointer data = flat.data_ptr_double()) {
            data.get(values);
        }
        return values;
    }

    private static void requireUsable(List<Tensor> manifolds) {
        if (manifolds.size() < 2) {
            throw new MmcrException("expected at least 2 manifolds, found " + manifolds.size()
                    + "; capacity is about telling them apart, so give points of several classes");
        }
        for (int i = 0; i < manifolds.size(); i++) {
            Tensor points = manifolds.get(i);
            if (points.dim() != 2 || points.numel() == 0) {
                throw new MmcrException("expected points (m, N) in manifold " + i + ", found "
                        + (points.dim() == 2 ? "none" : points.dim() + " dimensions"));
            }
            if (points.size(1) != manifolds.get(0).size(1)) {
                throw new MmcrException("expected points of " + manifolds.get(0).size(1) + " numbers in manifold " + i
                        + ", found " + points.size(1));
            }
            if (!torch.isfinite(points).all().item_bool()) {
                throw new MmcrException(
                        "expected finite points, found NaN or infinity in manifold " + i + "; remove those rows");
            }
        }
    }

    private static void requireCentre(int manifold, double norm, double reach) {
        if (!(norm > AT_ORIGIN * reach) || norm == 0) {
            throw new MmcrException("expected manifolds with centres of their own, found that of manifold " + manifold
                    + " at the centre of all; its radius would be infinite: leave it out, or give other points");
        }
    }
}
