package org.mmcr.objective.linalg;

import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.objective.linalg.PolarFactor.Route;

/**
 * The polar factor through the Gram matrix of the smaller side, over any leading batch dimensions.
 *
 * <p>With A the matrix turned so that it is tall (n x m, n >= m): G = A^T A in float64, G = V L V^T, and the polar factor is
 * A V L^(-1/2) V^T. Turning is free, because polar(A^T) = polar(A)^T.
 *
 * <p><b>Accuracy.</b> Squaring costs digits: with condition number c the eigenvectors and values of G carry an error of about
 * 1e-16 c^2 in the worst direction. Float32 input carries 6e-8 c of its own, which is larger up to c = 1e8, and the cut-off
 * removes directions beyond 1e7; so one pass is enough there. Float64 input gets a correction. B = A V has nearly orthogonal
 * columns of lengths d; let C be B with unit columns and S = C^T C - I, which holds what the eigenvectors got wrong, measured
 * without squaring c. To first order in S,
 *
 * <pre>polar(A) = C (I - T) V^T,   T_ij = S_ij d_i / (d_i + d_j)</pre>
 *
 * (write polar(C diag(d)) as an orthogonal factor of C times I + W with W skew, and solve for the W that leaves a symmetric
 * remainder). Where S is too large for first order the full decomposition takes over.
 */
final class GramPolar {
    private static final double EPSILON = Math.ulp(1.0);
    private static final double EPSILON_FLOAT = Math.ulp(1.0f);
    /** Second-order terms left by the correction are of the order of the square of this. */
    private static final double LARGEST_CORRECTION = 1e-6;
    /** Above this condition number the product A X is formed in float64: rounding it costs 6e-8 times the number. */
    private static final double WELL_CONDITIONED = 1000;
    /** Up to this condition number c a float32 Gram matrix serves: the error of the factor, about 6e-8 c^2, is below 2e-5. */
    private static final double SINGLE_CONDITION = 16;
    /** Above this ratio of pivots, which is some twenty times below the condition number, float32 eigenvectors will not do. */
    private static final double MENDED_PIVOTS = 2000;
    /** Matrices nearer to square than this are not well conditioned in practice. */
    private static final double CLEARLY_TALL = 1.5;
    /** From this side on float32 eigenvectors, with what it takes to mend them, come sooner than float64 ones. */
    private static final long WORTH_MENDING = 256;
    /** Squares of float32 entries outside 1/this..this come near the ends of that range. */
    private static final double FAR_SINGLE = 1e6;
    /** Squares of entries outside 1/FAR..FAR come near the ends of the float64 range. */
    private static final double FAR = 1e100;

    /** polar: as the input. */
    record Parts(Tensor polar, SingularValues values, double error, Route route) {}

    /** kept: (..., m) which eigenvalues are above the cut-off; condition: of what is kept, the worst of the batch. */
    private record Spectrum(Tensor values, Tensor vectors, Tensor kept, double condition) {}

    private final SymmetricEigensolver eigensolver;
    private final boolean exactData;
    private final boolean sumsSuffice;

    /**
     * exactData: the entries are good to float64; otherwise to float32, whatever type holds them. sumsSuffice: single singular
     * values may be left out.
     */
    GramPolar(SymmetricEigensolver eigensolver, boolean exactData, boolean sumsSuffice) {
        this.eigensolver = eigensolver;
        this.exactData = exactData;
        this.sumsSuffice = sumsSuffice;
    }

    Parts decompose(Tensor matrix) {
        boolean wide = matrix.size(-2) < matrix.size(-1);
        Tensor tall = wide ? matrix.mT() : matrix;
        Optional<Tensor> single = singleServes(tall) ? Optional.of(ParallelMatMul.gram(tall)) : Optional.empty();
        Parts parts = single.filter(gram -> sumsSuffice && isClearlyTall(tall))
                .flatMap(gram -> ProductPolar.of(tall, gram))
                .orElseGet(() -> byEigenvectors(tall, single));
        Tensor polar = parts.polar().to(matrix.scalar_type());
        return new Parts((wide ? polar.mT() : polar).contiguous(), parts.values(), parts.error(), parts.route());
    }

    /** Whether the matrix may be conditioned well enough for a float32 Gram matrix. */
    private boolean singleServes(Tensor tall) {
        return !exactData
                && tall.dim() == 2
                && tall.scalar_type().intern() == ScalarType.Float
                && (isClearlyTall(tall) || worthMending(tall));
    }

    private static boolean isClearlyTall(Tensor tall) {
        return tall.size(0) >= CLEARLY_TALL * tall.size(1);
    }

    private static boolean worthMending(Tensor tall) {
        return tall.size(1) >= WORTH_MENDING;
    }

    private Parts byEigenvectors(Tensor tall, Optional<Tensor> single) {
        T_TensorTensor_T range = torch.aminmax(tall);
        double largest = Math.max(-range.get0().item_double(), range.get1().item_double());
        if (largest == 0) {
            return zero(tall);
        }
        return single.filter(gram -> largest < FAR_SINGLE && largest > 1 / FAR_SINGLE)
                .flatMap(gram -> inSingle(tall, gram))
                .orElseGet(() -> inDouble(tall, largest));
    }

    private Parts inDouble(Tensor tall, double largest) {
        Tensor accurate = tall.to(ScalarType.Double);
        if (largest < FAR && largest > 1 / FAR) {
            return decomposeTall(tall, accurate);
        }
        Tensor scaled = accurate.div(new Scalar(largest));
        Parts parts = decomposeTall(scaled, scaled);
        return new Parts(parts.polar(), parts.values().times(largest), parts.error(), parts.route());
    }

    /**
     * The eigendecomposition in float32, at half the cost, where the condition number allows it. Empty otherwise. A Cholesky
     * factor, whose pivots bound the smallest eigenvalue from above, turns most of the others away for a tenth of the price.
     */
    private Optional<Parts> inSingle(Tensor tall, Tensor gram) {
        double limit = worthMending(tall) ? MENDED_PIVOTS : SINGLE_CONDITION;
        Tensor pivots = torch.linalg_cholesky_ex(gram, false, false).get0().diagonal();
        double ratio = pivots.max().item_double() / pivots.min().item_double();
        if (!(ratio > 0 && ratio < limit)) {
            return Optional.empty();
        }
        return spectrum(gram).flatMap(spectrum -> inSingle(tall, spectrum));
    }

    private Optional<Parts> inSingle(Tensor tall, Spectrum spectrum) {
        if (spectrum.kept().all().item_bool() && spectrum.condition() < SINGLE_CONDITION) {
            return Optional.of(direct(tall, tall, spectrum, Route.GRAM_SINGLE));
        }
        return worthMending(tall) ? SinglePolar.of(tall, spectrum.vectors(), eigensolver) : Optional.empty();
    }

    private static Parts zero(Tensor tall) {
        Tensor values = tall.to(ScalarType.Double).sum(-2);
        return new Parts(torch.zeros_like(tall), SingularValues.of(values), 0, Route.ZERO);
    }

    private Parts decomposeTall(Tensor tall, Tensor accurate) {
        Optional<Spectrum> spectrum = spectrum(ParallelMatMul.gram(accurate));
        if (spectrum.isEmpty()) {
            return fullDecomposition(accurate);
        }
        return exactData
                ? corrected(accurate, spectrum.get()).orElseGet(() -> fullDecomposition(accurate))
                : direct(tall, accurate, spectrum.get(), Route.GRAM);
    }

    /** Empty when the eigensolver fails, which LAPACK may do on unlucky clusters of eigenvalues. */
    private Optional<Spectrum> spectrum(Tensor gram) {
        T_TensorTensor_T eigen;
        try {
            eigen = eigensolver.decompose(gram);
        } catch (RuntimeException notConverged) {
            return Optional.empty();
        }
        Tensor values = eigen.get0();
        long side = values.size(-1);
        double cutoff = Math.max(4 * side * EPSILON, exactData ? 0 : EPSILON_FLOAT * EPSILON_FLOAT);
        Tensor top = values.narrow(-1, side - 1, 1);
        Tensor kept = values.gt(top.mul(new Scalar(cutoff)));
        Tensor ratio = torch.where(kept, top.div(values), new Scalar(1)).max();
        double condition = Math.sqrt(ratio.item_double());
        return Double.isFinite(condition)
                ? Optional.of(new Spectrum(values, eigen.get1(), kept, condition))
                : Optional.empty();
    }

    private static Parts direct(Tensor tall, Tensor accurate, Spectrum spectrum, Route route) {
        Tensor inverseRoot = torch.where(spectrum.kept(), spectrum.values().rsqrt(), new Scalar(0));
        Tensor vectors = spectrum.vectors();
        Tensor whitener = ParallelMatMul.of(vectors.mul(inverseRoot.unsqueeze(-2)), vectors.mT());
        Tensor polar = spectrum.condition() < WELL_CONDITIONED
                ? ParallelMatMul.whitened(tall, whitener.to(tall.scalar_type()))
                : ParallelMatMul.whitened(accurate, whitener);
        Tensor roots = torch.where(spectrum.kept(), spectrum.values().sqrt(), new Scalar(0));
        double epsilon = route == Route.GRAM_SINGLE ? EPSILON_FLOAT : EPSILON;
        double error = epsilon * spectrum.condition() * spectrum.condition();
        return new Parts(polar, SingularValues.of(roots.to(ScalarType.Double)), error, route);
    }

    /** Empty when the Gram matrix lost more than a first-order correction gives back. */
    private static Optional<Parts> corrected(Tensor accurate, Spectrum spectrum) {
        Tensor vectors = spectrum.vectors();
        Tensor rotated = ParallelMatMul.of(accurate, vectors);
        Tensor lengths = rotated.mul(rotated).sum(-2).sqrt().unsqueeze(-2);
        Tensor kept = spectrum.kept().unsqueeze(-2);
        if (dropsMoreThanNoise(accurate, lengths, kept)) {
            return Optional.empty();
        }
        lengths = torch.where(kept, lengths, new Scalar(1));
        Tensor unit = torch.where(kept, rotated.div(lengths), new Scalar(0));
        Tensor overlap = ParallelMatMul.of(unit.mT(), unit);
        overlap.diagonal(0, -2, -1).zero_();
        double largest = overlap.abs().max().item_double();
        if (!(largest < LARGEST_CORRECTION)) {
            return Optional.empty();
        }
        Tensor own = lengths.mT();
        Tensor correction = overlap.mul(own.div(own.add(lengths)));
        Tensor polar = ParallelMatMul.of(unit.sub(ParallelMatMul.of(unit, correction)), vectors.mT());
        Tensor values = torch.where(kept, lengths, new Scalar(0)).squeeze(-2).contiguous();
        double error = largest * largest + EPSILON * spectrum.condition();
        return Optional.of(new Parts(polar, SingularValues.of(values), error, Route.GRAM_CORRECTED));
    }

    /** Whether a direction that the cut-off removed is longer than float64 rounding of the matrix explains. */
    private static boolean dropsMoreThanNoise(Tensor accurate, Tensor lengths, Tensor kept) {
        Tensor dropped = torch.where(kept, new Scalar(0), lengths).amax(new long[] {-1}, false);
        Tensor noise = lengths.amax(new long[] {-1}, false).mul(new Scalar(rounding(accurate)));
        return dropped.gt(noise).any().item_bool();
    }

    private Parts fullDecomposition(Tensor accurate) {
        T_TensorTensorTensor_T decomposition = torch.linalg_svd(accurate, false, new StringViewOptional());
        Tensor values = decomposition.get1();
        double cutoff = Math.max(rounding(accurate), exactData ? 0 : EPSILON_FLOAT);
        Tensor kept = values.gt(values.narrow(-1, 0, 1).mul(new Scalar(cutoff)));
        Tensor left = torch.where(kept.unsqueeze(-2), decomposition.get0(), new Scalar(0));
        Tensor cut = torch.where(kept, values, new Scalar(0));
        double ratio = torch.where(kept, values.narrow(-1, 0, 1).div(values), new Scalar(1))
                .max()
                .item_double();
        return new Parts(
                torch.matmul(left, decomposition.get2()), SingularValues.of(cut.flip(-1)), EPSILON * ratio, Route.SVD);
    }

    /** Relative size below which a singular value of this float64 matrix is rounding. */
    private static double rounding(Tensor matrix) {
        return EPSILON * Math.max(matrix.size(-2), matrix.size(-1));
    }
}
