package org.mmcr.objective.linalg;

import java.util.function.Function;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.core.MmcrException;

/**
 * The eigendecomposition of positive semidefinite matrices.
 *
 * @param values (..., m) ascending
 * @param vectors (..., m, m) as columns
 */
record SymmetricEigen(Tensor values, Tensor vectors) {
    /** {@code torch::linalg_eigh}, or a test's replacement; throws when the iteration does not converge. */
    interface Solver extends Function<Tensor, T_TensorTensor_T> {}

    /**
     * Decomposes (..., m, m), of which the lower triangle is read.
     *
     * <p>LAPACK's eigensolver may not converge if eigenvalues cluster. The fallback is the singular value
     * decomposition, whose singular vectors are eigenvectors for these matrices.
     *
     * @throws MmcrException if neither converges, or an entry is NaN or infinite
     */
    static SymmetricEigen of(Tensor matrix, Solver solver) {
        try {
            T_TensorTensor_T eigen = solver.apply(matrix);
            return new SymmetricEigen(eigen.get0(), eigen.get1());
        } catch (RuntimeException notConverged) {
            T_TensorTensorTensor_T parts = svd(matrix.tril().add(matrix.tril(-1).mT()));
            return new SymmetricEigen(parts.get1().flip(-1), parts.get0().flip(-1));
        }
    }

    /**
     * Returns the thin singular value decomposition U, S, V^T of (..., n, m).
     *
     * @throws MmcrException if it does not converge, or an entry is NaN or infinite
     */
    static T_TensorTensorTensor_T svd(Tensor matrix) {
        try {
            return torch.linalg_svd(matrix, false, new StringViewOptional());
        } catch (RuntimeException failed) {
            boolean finite = torch.isfinite(matrix).all().item_bool();
            throw new MmcrException(
                    finite
                            ? "expected a matrix that can be decomposed, found that neither the eigensolver nor the"
                                    + " singular value decomposition of " + matrix.size(-2) + " x " + matrix.size(-1)
                                    + " finite numbers succeeds; scale the matrix, or free memory"
                            : "expected a finite matrix, found NaN or infinity; correct these entries",
                    failed);
        }
    }
}
