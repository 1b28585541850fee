package org.mmcr.objective.linalg;

import java.util.function.Function;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

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
     * <p>LAPACK's eigensolver may fail on unlucky clusters. Then the singular value decomposition takes over: for these
     * matrices singular vectors are eigenvectors.
     */
    static SymmetricEigen of(Tensor matrix, Solver solver) {
        try {
            T_TensorTensor_T eigen = solver.apply(matrix);
            return new SymmetricEigen(eigen.get0(), eigen.get1());
        } catch (RuntimeException notConverged) {
            Tensor whole = matrix.tril().add(matrix.tril(-1).mT());
            T_TensorTensorTensor_T parts = torch.linalg_svd(whole, false, new StringViewOptional());
            return new SymmetricEigen(parts.get1().flip(-1), parts.get0().flip(-1));
        }
    }
}
