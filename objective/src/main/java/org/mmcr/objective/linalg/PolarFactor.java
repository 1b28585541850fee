package org.mmcr.objective.linalg;

import java.util.List;
import org.apiguardian.api.API;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.core.MmcrException;

/**
 * The polar factor and the nuclear norm of a matrix, or of a batch of matrices.
 *
 * <p>matrix (..., n, m) float32 or float64, finite, any scale, not modified -> this record; no gradient flows; O(n m
 * min(n, m)). With the singular value decomposition M = U S V^T, the polar factor is U V^T over the directions that are
 * not numerically zero. It is the gradient of the nuclear norm, for a rank-deficient matrix the subgradient of least
 * norm, and {@code ||M||_* = <M, U V^T>}.
 *
 * @param polar the polar factor, with the shape and type of the matrix
 * @param nuclearNorm sum of the singular values, over the whole batch
 * @param squaredNorm sum of the squared singular values, over the whole batch
 * @param effectiveRank exp of the entropy of the singular values divided by their sum (Roy and Vetterli 2007): r for r
 *     equal singular values, 0 for a zero matrix; for a batch, of all singular values together
 * @param singularValues singular values, matrix after matrix, each descending; values below the cut-off are 0
 * @param rank number of singular values above the cut-off, over the whole batch
 * @param route how it was computed
 */
@API(status = API.Status.STABLE)
public record PolarFactor(
        Tensor polar,
        double nuclearNorm,
        double squaredNorm,
        double effectiveRank,
        List<Double> singularValues,
        long rank,
        Route route) {

    /** How a polar factor was computed. */
    public enum Route {
        /** Eigenvectors of the Gram matrix in float32, for a well-conditioned float32 matrix. */
        GRAM_SINGLE,
        /** Eigenvectors of the Gram matrix in float64, for float32 data. */
        GRAM,
        /** As {@link #GRAM}, with a first-order correction for float64 data. */
        GRAM_CORRECTED,
        /** Singular value decomposition in float64, for float64 data too ill-conditioned for the Gram matrix. */
        SVD
    }

    /**
     * Computes the polar factor. The tensor in the result belongs to the caller's {@code PointerScope}.
     *
     * @throws MmcrException if the input is not a finite floating-point matrix with at least one row and column, or
     *     cannot be decomposed
     */
    public static PolarFactor of(Tensor matrix) {
        requireMatrix(matrix);
        boolean exactData = matrix.scalar_type().intern() == ScalarType.Double;
        return of(matrix, new GramPolar(torch::linalg_eigh, exactData));
    }

    /**
     * As {@link #of}, for data with float32 accuracy in either type: directions shorter than float32 rounding of the
     * longest are noise and count as zero.
     *
     * @throws MmcrException as {@link #of}
     */
    public static PolarFactor ofRounded(Tensor matrix) {
        requireMatrix(matrix);
        return of(matrix, new GramPolar(torch::linalg_eigh, false));
    }

    static PolarFactor of(Tensor matrix, GramPolar computation) {
        try (ReturningScope scope = new ReturningScope();
                NoGradGuard guard = new NoGradGuard()) {
            GramPolar.Parts parts = computation.decompose(matrix.detach());
            SingularValues values = parts.values();
            return new PolarFactor(
                    scope.keep(parts.polar()),
                    values.nuclearNorm(),
                    values.squaredNorm(),
                    values.effectiveRank(),
                    values.values(),
                    values.rank(),
                    parts.route());
        }
    }

    private static void requireMatrix(Tensor matrix) {
        ScalarType type = matrix.scalar_type().intern();
        if (type != ScalarType.Float && type != ScalarType.Double) {
            throw new MmcrException("expected a float32 or float64 matrix, found " + type + "; convert it first");
        }
        if (matrix.dim() < 2 || matrix.numel() == 0) {
            throw new MmcrException("expected a matrix with at least one row and one column, found " + matrix.dim()
                    + " dimension(s) and " + matrix.numel() + " value(s); pass (rows, columns)");
        }
    }
}
