package org.mmcr.objective.linalg;

import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * (..., m, m) symmetric, of which only the lower triangle is read -> eigenvalues (..., m) ascending and eigenvectors (..., m, m) as columns. Throws when the
 * iteration does not converge; a seam so that tests can make it fail.
 */
@FunctionalInterface
interface SymmetricEigensolver {
    SymmetricEigensolver LAPACK = torch::linalg_eigh;

    T_TensorTensor_T decompose(Tensor symmetric);
}
