package org.mmcr.objective.linalg;

import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The inverse square root of the Gram matrix G = A^T A of a matrix A (n, m), with the singular values of A. The polar
 * factor is A G^(-1/2). Each of its rows depends on one row of A only, so A may be in parts.
 *
 * <p>gram (..., m, m) float64 or float32, symmetric, only the lower triangle read, not modified -> this record; no
 * gradient; O(m^3). For condition number c of A the relative error of the polar factor is about c^2 times the rounding
 * of G's type: 1e-16 c^2 in float64. Float32 data have an error of 6e-8 c by themselves. Directions so short
 * that c is above 1 / sqrt(4 m 2.2e-16), or above 8e6, count as zero: from 3e6 at m = 128 to 7e5 at m = 2,048.
 *
 * @param inverseRoot (..., m, m) over the directions that are not numerically zero
 * @param condition largest over smallest non-zero singular value, the worst of the batch; 1 for zero matrices
 */
public record GramRoot(Tensor inverseRoot, SingularValues singularValues, double condition) {
    private static final double EPSILON = Math.ulp(1.0);
    private static final double EPSILON_FLOAT = Math.ulp(1.0f);
    /** Largest condition number for which a float32 inverse root is as accurate as float32 data. */
    private static final double WELL_CONDITIONED = 1e4;

    /**
     * Computes the inverse root in float64; it belongs to the caller's {@code PointerScope}.
     *
     * @throws org.mmcr.core.MmcrException if the matrix is not finite or cannot be decomposed
     */
    public static GramRoot of(Tensor gram) {
        return of(gram, ScalarType.Double, torch::linalg_eigh);
    }

    /** Computes the inverse root in the type of A, {@code dataType}; in float64 if A is ill-conditioned. */
    static GramRoot of(Tensor gram, ScalarType dataType, SymmetricEigen.Solver solver) {
        try (ReturningScope scope = new ReturningScope();
                NoGradGuard guard = new NoGradGuard()) {
            GramRoot root = of(SymmetricEigen.of(gram.detach(), solver), dataType);
            scope.keep(root.inverseRoot());
            return root;
        }
    }

    private static GramRoot of(SymmetricEigen eigen, ScalarType dataType) {
        int side = Math.toIntExact(eigen.values().size(-1));
        double[] values = TensorArrays.of(eigen.values());
        double cutoff = cutoff(eigen.values());
        double[] roots = new double[values.length];
        double[] inverse = new double[values.length];
        double condition = 1;
        for (int i = 0; i < values.length; i++) {
            double largest = values[i - i % side + side - 1];
            if (values[i] > cutoff * largest) {
                roots[i] = Math.sqrt(values[i]);
                inverse[i] = 1 / roots[i];
                condition = Math.max(condition, Math.sqrt(largest / values[i]));
            }
        }
        ScalarType type = condition < WELL_CONDITIONED ? dataType : ScalarType.Double;
        Tensor scale = Tensor.create(inverse).view(eigen.values().sizes()).unsqueeze(-2);
        Tensor scaled = eigen.vectors()
                .mul(scale.to(eigen.vectors().device(), eigen.vectors().scalar_type()));
        Tensor inverseRoot =
                ParallelMatMul.of(scaled.to(type), eigen.vectors().mT().to(type));
        return new GramRoot(inverseRoot, SingularValues.of(roots, side), condition);
    }

    /** Returns the relative size below which an eigenvalue is rounding of the Gram matrix or of float32 rows. */
    private static double cutoff(Tensor eigenvalues) {
        double rounding = eigenvalues.scalar_type().intern() == ScalarType.Float ? EPSILON_FLOAT : EPSILON;
        return Math.max(4 * eigenvalues.size(-1) * rounding, EPSILON_FLOAT * EPSILON_FLOAT);
    }
}
