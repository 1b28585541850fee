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
 * Draws points uniformly from the sphere and measures the nuclear norm of their matrix. One seed is one set of points, whichever
 * way it is measured; a result is a function of its arguments alone.
 */
public final class UniformSimulation {
    /** From this size on LAPACK's reduction in two stages is the faster one. */
    private static final long TWO_STAGES = 2000;
    /** Up to this size a decomposition costs less than what it would be estimated from. */
    private static final long SMALL = 64;

    private UniformSimulation() {}

    /**
     * A nuclear norm.
     *
     * @param nuclearNorm the value
     * @param standardError what may be wrong with it, 0 for one from all singular values
     */
    public record Draw(double nuclearNorm, double standardError) {}

    /**
     * All singular values accounted for: the roots of the eigenvalues of the Gram matrix of the smaller side, in float64. An
     * eigenvalue near zero may be wrong by some 1e-15 of the largest, so its root by 3e-8 of the largest singular value at most:
     * the sum is right to better than 1e-7 of itself. O(min(N, D)^2 max(N, D)) time, O(m^3) for {@code N <= D}; 8 m^2 bytes, m =
     * min(N, D).
     */
    public static Draw exact(long points, long dimensions, long seed) {
        MmcrBounds.requireSizes(points, dimensions);
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            return new Draw(ofGram(UniformGram.draw(points, dimensions, seed, ScalarType.Double)), 0);
        }
    }

    /**
     * An estimate in float32 from two moments and three log-determinants, see {@link RootTrace}. Some 2 m^3 / 3 multiplications
     * for {@code N <= D}, all in matrix products; 8 m^2 bytes. Small sizes are measured exactly.
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
            // Rows of length 1: the eigenvalues add up to N, and their mean becomes 1.
            double mean = (double) points / small;
            gram.div_(new Scalar(mean));
            RootTrace trace = RootTrace.of(gram, UniformEmbeddings.law(points, dimensions));
            return new Draw(Math.sqrt(mean) * trace.value(), Math.sqrt(mean) * trace.standardError());
        }
    }

    /** The nuclear norm of a matrix A from the lower triangle of A^T A or A A^T, float64, which is overwritten. */
    static double ofGram(Tensor gram) {
        Tensor squares = gram.size(0) < TWO_STAGES ? torch.linalg_eigvalsh(gram) : twoStages(gram);
        return squares.clamp_min(new Scalar(0)).sqrt().sum().item_double();
    }

    /** Eigenvalues by way of a band matrix, so that most of the work is matrix products (Haidar, Ltaief and Dongarra 2011). */
    private static Tensor twoStages(Tensor gram) {
        int n = Math.toIntExact(gram.size(0));
        Tensor values = torch.zeros(new long[] {n}, new TensorOptions(ScalarType.Double));
        // By rows the lower triangle is what LAPACK, by columns, calls upper.
        int failed = LAPACKE_dsyevd_2stage(
                LAPACK_COL_MAJOR, (byte) 'N', (byte) 'U', n, gram.data_ptr_double(), n, values.data_ptr_double());
        if (failed != 0) {
            throw new MmcrException("the eigenvalues of a " + n + " x " + n
                    + " Gram matrix did not converge; draw it with another seed");
        }
        return values;
    }
}
