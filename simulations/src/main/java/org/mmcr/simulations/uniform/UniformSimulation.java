package org.mmcr.simulations.uniform;

import static org.bytedeco.openblas.global.openblas.LAPACKE_dsyevd_2stage;
import static org.bytedeco.openblas.global.openblas.LAPACK_COL_MAJOR;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.core.MmcrException;
import org.mmcr.core.theory.MmcrBounds;
import org.mmcr.core.theory.UniformEmbeddings;

/**
 * Draws points uniformly from the sphere and measures the nuclear norm of their matrix. A seed determines the points,
 * for both methods; a result is a function of its arguments alone.
 */
public final class UniformSimulation {
    /** Size from which LAPACK's two-stage reduction is faster. */
    private static final long TWO_STAGES = 2000;
    /** Size up to which a decomposition costs less than the estimate. */
    private static final long SMALL = 64;

    private UniformSimulation() {}

    /**
     * Nuclear norm of a draw.
     *
     * @param nuclearNorm value
     * @param standardError standard error of the value, 0 if it was computed from all singular values
     */
    public record Draw(double nuclearNorm, double standardError) {}

    /**
     * Computes the nuclear norm from all singular values, the square roots of the eigenvalues of the smaller Gram
     * matrix, in float64. An eigenvalue near zero has an error of about 1e-15 of the largest, its square root at most
     * 3e-8 of the largest singular value; the relative error of the sum is below 1e-7. With m = min(N, D): O(m^2
     * max(N, D)) time, O(m^3) for {@code N <= D}; 8 m^2 bytes.
     */
    public static Draw exact(long points, long dimensions, long seed) {
        MmcrBounds.requireSizes(points, dimensions);
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            return new Draw(ofGram(UniformGram.draw(points, dimensions, seed, ScalarType.Double)), 0);
        }
    }

    /**
     * Estimates the nuclear norm in float32 from two moments and three log-determinants, see {@link RootTrace}. About
     * 2 m^3 / 3 multiplications for {@code N <= D}, all in matrix products; 8 m^2 bytes. Small sizes are computed
     * exactly.
     */
    public static Draw fast(long points, long dimensions, long seed) {
        MmcrBounds.requireSizes(points, dimensions);
        long small = Math.min(points, dimensions);
        if (small <= SMALL) {
            return exact(points, dimensions, seed);
        }
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor gram = UniformGram.draw(points, dimensions, seed, ScalarType.Float);
            // Rows have norm 1, so the eigenvalues sum to N; scaling makes their mean 1.
            double mean = (double) points / small;
            gram.div_(new Scalar(mean));
            RootTrace trace = RootTrace.of(gram, UniformEmbeddings.law(points, dimensions));
            return new Draw(Math.sqrt(mean) * trace.value(), Math.sqrt(mean) * trace.standardError());
        }
    }

    /**
     * Computes the nuclear norm of a matrix A from the lower triangle of A^T A or A A^T, float64, which is
     * overwritten.
     */
    static double ofGram(Tensor gram) {
        Tensor squares = gram.size(0) < TWO_STAGES ? torch.linalg_eigvalsh(gram) : twoStages(gram);
        return squares.clamp_min(new Scalar(0)).sqrt().sum().item_double();
    }

    /**
     * Eigenvalues by two-stage reduction through a band matrix, mostly matrix products (Haidar, Ltaief and Dongarra
     * 2011).
     */
    private static Tensor twoStages(Tensor gram) {
        int n = Math.toIntExact(gram.size(0));
        Tensor values = torch.zeros(new long[] {n}, new TensorOptions(ScalarType.Double));
        // The row-major lower triangle is the upper triangle of column-major LAPACK.
        int failed = LAPACKE_dsyevd_2stage(
                LAPACK_COL_MAJOR, (byte) 'N', (byte) 'U', n, gram.data_ptr_double(), n, values.data_ptr_double());
        if (failed != 0) {
            throw new MmcrException("expected the eigenvalues of a " + n + " x " + n
                    + " Gram matrix to converge, found that they did not; use another seed");
        }
        return values;
    }
}
