package org.mmcr.objective.linalg;

import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.core.MmcrException;
import org.mmcr.objective.linalg.PolarFactor.Route;

/**
 * The polar factor through the Gram matrix of the smaller side, over any leading batch dimensions.
 *
 * <p>Let A be the matrix or its transpose, whichever is tall (n x m, n >= m): G = A^T A in float64, G = V L V^T, and
 * the polar factor is A V L^(-1/2) V^T. The transpose is free, because polar(A^T) = polar(A)^T.
 *
 * <p><b>Accuracy.</b> Squaring costs digits: with condition number c the eigenvectors and values of G carry an error
 * of about 1e-16 c^2 in the worst direction. Float32 data carry 6e-8 c of their own, which is larger up to c = 1e8,
 * and the cut-off of {@link GramRoot} removes directions before that; so {@link GramRoot} is enough there. Float64 data get a correction. B
 * = A V has nearly orthogonal columns of lengths d; let C be B with unit columns and S = C^T C - I, which holds what
 * the eigenvectors got wrong, measured without squaring c. To first order in S,
 *
 * <pre>polar(A) = C (I - T) V^T,   T_ij = S_ij d_i / (d_i + d_j)</pre>
 *
 * (write polar(C diag(d)) as an orthogonal factor of C times I + W with W skew, and solve for the W that leaves a
 * symmetric remainder). If S is too large for first order, the fallback is the full decomposition.
 *
 * <p><b>Precision of the eigendecomposition.</b> A clearly tall float32 matrix is decomposed in float32 first, from
 * the float64 Gram matrix, because that is faster. The result is used if the condition number is below {@value
 * #SINGLE_CONDITION}; otherwise the float64 decomposition replaces it.
 */
final class GramPolar {
    private static final double EPSILON = Math.ulp(1.0);
    /** Second-order terms left by the correction are of the order of the square of this. */
    private static final double LARGEST_CORRECTION = 1e-6;
    /**
     * Up to this condition number c float32 eigenvectors suffice: the error of the factor, about 6e-8 c^2, is below
     * 2e-5.
     */
    private static final double SINGLE_CONDITION = 16;
    /** Matrices nearer to square than this are seldom conditioned so well. */
    private static final double CLEARLY_TALL = 1.5;
    /** Mean squares outside 1/FAR_SINGLE..FAR_SINGLE are near the limits of float32. */
    private static final double FAR_SINGLE = 1e12;
    /** Sums of squares outside 1/FAR..FAR are near the limits of float64. */
    private static final double FAR = 1e200;

    /** polar: in any floating-point type. */
    record Parts(Tensor polar, SingularValues values, Route route) {}

    private final SymmetricEigen.Solver solver;
    private final boolean exactData;

    /** exactData: the entries are good to float64; otherwise to float32, whatever type holds them. */
    GramPolar(SymmetricEigen.Solver solver, boolean exactData) {
        this.solver = solver;
        this.exactData = exactData;
    }

    /** The polar factor has the shape and type of the matrix and is contiguous. */
    Parts decompose(Tensor matrix) {
        boolean wide = matrix.size(-2) < matrix.size(-1);
        Parts parts = decomposeTall(wide ? matrix.mT() : matrix);
        Tensor polar = parts.polar().to(matrix.scalar_type());
        return new Parts((wide ? polar.mT() : polar).contiguous(), parts.values(), parts.route());
    }

    private Parts decomposeTall(Tensor tall) {
        Tensor accurate = tall.to(ScalarType.Double);
        Tensor gram = ParallelMatMul.gram(accurate);
        double squares = gram.diagonal(0, -2, -1).sum().item_double();
        if (squares < FAR && squares > 1 / FAR) {
            return exactData ? corrected(accurate, gram) : rounded(tall, gram, squares);
        }
        double largest = accurate.abs().max().item_double();
        if (!Double.isFinite(largest)) {
            throw new MmcrException("expected a finite matrix, found NaN or infinity; correct these entries");
        }
        if (largest == 0) {
            return new Parts(accurate, SingularValues.of(accurate.sum(-2)), Route.GRAM);
        }
        Parts parts = decomposeTall(accurate.div(new Scalar(largest)));
        return new Parts(parts.polar(), parts.values().times(largest), parts.route());
    }

    private Parts rounded(Tensor tall, Tensor gram, double squares) {
        ScalarType type = tall.scalar_type().intern();
        if (mayUseSingle(tall, squares)) {
            GramRoot root = GramRoot.of(gram.to(ScalarType.Float), type, solver);
            if (root.condition() < SINGLE_CONDITION && root.singularValues().rank() == tall.size(1)) {
                return whitened(tall, root, Route.GRAM_SINGLE);
            }
        }
        return whitened(tall, GramRoot.of(gram, type, solver), Route.GRAM);
    }

    private static Parts whitened(Tensor tall, GramRoot root, Route route) {
        Tensor inverseRoot = root.inverseRoot();
        Tensor polar = ParallelMatMul.whitened(tall.to(inverseRoot.scalar_type()), inverseRoot);
        return new Parts(polar, root.singularValues(), route);
    }

    private static boolean mayUseSingle(Tensor tall, double squares) {
        double mean = squares / tall.numel();
        return tall.dim() == 2
                && tall.scalar_type().intern() == ScalarType.Float
                && tall.size(0) >= CLEARLY_TALL * tall.size(1)
                && mean < FAR_SINGLE
                && mean > 1 / FAR_SINGLE;
    }

    private Parts corrected(Tensor accurate, Tensor gram) {
        SymmetricEigen eigen = SymmetricEigen.of(gram, solver);
        Tensor values = eigen.values();
        double cutoff = 4 * values.size(-1) * EPSILON;
        Tensor kept = values.gt(values.narrow(-1, values.size(-1) - 1, 1).mul(new Scalar(cutoff)));
        return corrected(accurate, eigen.vectors(), kept.unsqueeze(-2)).orElseGet(() -> fullDecomposition(accurate));
    }

    /** Empty when the Gram matrix lost more than a first-order correction gives back. kept: (..., 1, m). */
    private static Optional<Parts> corrected(Tensor accurate, Tensor vectors, Tensor kept) {
        Tensor rotated = ParallelMatMul.of(accurate, vectors);
        Tensor lengths = rotated.mul(rotated).sum(-2).sqrt().unsqueeze(-2);
        if (dropsMoreThanNoise(accurate, lengths, kept)) {
            return Optional.empty();
        }
        lengths = torch.where(kept, lengths, new Scalar(1));
        Tensor unit = torch.where(kept, rotated.div(lengths), new Scalar(0));
        Tensor overlap = ParallelMatMul.gram(unit);
        overlap.diagonal(0, -2, -1).zero_();
        double largest = overlap.abs().max().item_double();
        if (!(largest < LARGEST_CORRECTION)) {
            return Optional.empty();
        }
        Tensor own = lengths.mT();
        Tensor correction = overlap.mul(own.div(own.add(lengths)));
        Tensor polar = ParallelMatMul.of(unit.sub(ParallelMatMul.of(unit, correction)), vectors.mT());
        Tensor values = torch.where(kept, lengths, new Scalar(0)).squeeze(-2);
        return Optional.of(new Parts(polar, SingularValues.of(values), Route.GRAM_CORRECTED));
    }

    /** Whether a direction that the cut-off removed is longer than float64 rounding of the matrix explains. */
    private static boolean dropsMoreThanNoise(Tensor accurate, Tensor lengths, Tensor kept) {
        Tensor dropped = torch.where(kept, new Scalar(0), lengths).amax(new long[] {-1}, false);
        Tensor noise = lengths.amax(new long[] {-1}, false).mul(new Scalar(rounding(accurate)));
        return dropped.gt(noise).any().item_bool();
    }

    private static Parts fullDecomposition(Tensor accurate) {
        T_TensorTensorTensor_T decomposition = SymmetricEigen.svd(accurate);
        Tensor values = decomposition.get1();
        Tensor kept = values.gt(values.narrow(-1, 0, 1).mul(new Scalar(rounding(accurate))));
        Tensor left = torch.where(kept.unsqueeze(-2), decomposition.get0(), new Scalar(0));
        Tensor cut = torch.where(kept, values, new Scalar(0));
        return new Parts(torch.matmul(left, decomposition.get2()), SingularValues.of(cut.flip(-1)), Route.SVD);
    }

    /** Relative size below which a singular value of this float64 matrix is rounding. */
    private static double rounding(Tensor matrix) {
        return EPSILON * Math.max(matrix.size(-2), matrix.size(-1));
    }
}
