package org.mmcr.objective.linalg;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * What the Gram matrix G = M^T M of a matrix M (n, m) says about M when M itself is in pieces: each piece of rows M_i has its rows
 * of the polar factor, M_i G^(-1/2), and the singular values of M are the roots of the eigenvalues of G.
 *
 * <p>gram (m, m) float64, symmetric, its lower triangle read, not modified -> this record; no gradient; O(m^3). For rows that
 * are good to float32: with condition number c the error is about 1e-16 c^2 where the rows carry 6e-8 c of their own, and
 * directions shorter than float32 rounding of the longest (c above 8e6) count as zero. The same rules as
 * {@link PolarFactor#ofRounded}.
 *
 * @param inverseRoot (m, m) float64: G^(-1/2) over the directions that are not numerically zero
 * @param singularValues of M, descending; values below the cut-off are 0
 * @param nuclearNorm their sum
 * @param squaredNorm the sum of their squares
 */
public record GramRoot(Tensor inverseRoot, List<Double> singularValues, double nuclearNorm, double squaredNorm) {
    private static final double EPSILON = Math.ulp(1.0);
    private static final double EPSILON_FLOAT = Math.ulp(1.0f);

    /** vectors as columns, values ascending or descending. */
    private record Eigen(Tensor values, Tensor vectors) {}

    /** Computes the record; its tensor belongs to the caller's {@code PointerScope}. */
    public static GramRoot of(Tensor gram) {
        return of(gram, SymmetricEigensolver.LAPACK);
    }

    static GramRoot of(Tensor gram, SymmetricEigensolver eigensolver) {
        try (ReturningScope scope = new ReturningScope();
                NoGradGuard guard = new NoGradGuard()) {
            Eigen eigen = decompose(gram.detach(), eigensolver);
            Tensor kept = kept(eigen.values());
            Tensor inverse = torch.where(kept, eigen.values().rsqrt(), new Scalar(0));
            Tensor root = torch.matmul(
                    eigen.vectors().mul(inverse.unsqueeze(0)), eigen.vectors().t());
            double[] values = descending(torch.where(kept, eigen.values().sqrt(), new Scalar(0)));
            return new GramRoot(
                    scope.keep(root),
                    Arrays.stream(values).boxed().toList(),
                    Arrays.stream(values).sum(),
                    Arrays.stream(values).map(value -> value * value).sum());
        }
    }

    /** See {@link PolarFactor#effectiveRank}. */
    public double effectiveRank() {
        return SingularValues.effectiveRank(singularValues.stream().mapToDouble(Double::doubleValue), nuclearNorm);
    }

    /** LAPACK may fail on unlucky clusters; for a symmetric positive matrix the singular vectors are eigenvectors too. */
    private static Eigen decompose(Tensor gram, SymmetricEigensolver eigensolver) {
        try {
            T_TensorTensor_T eigen = eigensolver.decompose(gram);
            return new Eigen(eigen.get0(), eigen.get1());
        } catch (RuntimeException notConverged) {
            Tensor whole = gram.tril().add(gram.tril(-1).t());
            T_TensorTensorTensor_T parts = torch.linalg_svd(whole, false, new StringViewOptional());
            return new Eigen(parts.get1(), parts.get0());
        }
    }

    private static Tensor kept(Tensor values) {
        double cutoff = Math.max(4 * values.size(0) * EPSILON, EPSILON_FLOAT * EPSILON_FLOAT);
        return values.gt(new Scalar(Math.max(0, values.max().item_double()) * cutoff));
    }

    private static double[] descending(Tensor values) {
        double[] all = TensorArrays.of(values);
        Arrays.sort(all);
        for (int i = 0, j = all.length - 1; i < j; i++, j--) {
            double kept = all[i];
            all[i] = all[j];
            all[j] = kept;
        }
        return all;
    }
}
