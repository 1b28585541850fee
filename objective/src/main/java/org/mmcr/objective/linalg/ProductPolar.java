package org.mmcr.objective.linalg;

import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.objective.linalg.GramPolar.Parts;
import org.mmcr.objective.linalg.PolarFactor.Route;

/**
 * The polar factor of a tall, well-conditioned float32 matrix by matrix products alone.
 *
 * <p>A (n, m), G = A^T A (m, m), both float32 -> the polar factor A G^(-1/2) and sums over the singular values s, or nothing;
 * 7 or 8 products of m x m and one of n x m. Compositions of polynomials as in Polar Express (Amsel et al. 2025, arXiv 2505.16932),
 * but in G, with the last one bounded from above.
 *
 * <pre>
 * Q = q(G / top)            s q(s^2) is within 0.137 of 1 where s is in 1/6.5..1 (minimax, degree 9 in s);
 *                           where that looks enough, a product less serves 1/3.74..1 (degree 5)
 * E = I - Q G Q             so its eigenvalues are in -0.293..0.255
 * W = Q f(E)                f(E) = (I - E)^(-1/2) to 6e-6 there (degree 5)
 * P = A W
 * </pre>
 *
 * <p><b>Certificate.</b> The range is only estimated (top: a power iteration), so nothing rests on it. q is positive on the
 * positive axis, and 0 < f(e) sqrt(1 - e) <= 1 for all e in -1.39..1, not only where f is accurate. No eigenvalue of E can be
 * below -1.39 when |E^3|_F < 1.39^3. Then W is positive definite and no singular value of P exceeds 1, so each of their squares
 * misses 1 by at most the sum of what is missing, m - |P|_F^2. When that is below m {@value #MISSING}, P differs from the polar
 * factor by at most that sum in the Frobenius norm, whatever the range was; where it was right, by 6e-6 in each direction.
 */
final class ProductPolar {
    /** q(x), by ascending powers. */
    static final double[] WIDEN = {6.45589186, -38.1702441, 105.335705, -122.862487, 50.3780865};
    /** The same for the smaller range. */
    static final double[] WIDEN_NARROW = {3.68502435, -6.67947648, 4.13118721};
    /** f(e), by ascending powers. */
    static final double[] FINISH = {0.999999908, 0.49998105, 0.374295791, 0.313388741, 0.29904227, 0.248156972};
    /** s log s as a sum of powers of s, to 6e-6 of s on 1/6.5..1. */
    static final int[] POWERS = {-2, -1, 0, 1, 2, 3, 4, 6, 8};

    static final double[] ENTROPY = {
        -0.00033647188,
        0.01131725,
        -0.207211044,
        -1.28515462,
        2.72828872,
        -2.05948934,
        0.958983484,
        -0.176784102,
        0.0303919027
    };
    /** Below this side an eigendecomposition is over sooner. */
    private static final long LEAST_SIDE = 64;
    /** Mean eigenvalues beyond 1/FAR..FAR come near the ends of the float32 range in what follows. */
    private static final double FAR = 1e12;
    /** Mean squared eigenvalue over the square of the mean: larger ones never were within the range. */
    private static final double SPREAD = 1.75;
    /** Largest eigenvalue over the mean, likewise. */
    private static final double PEAK = 4;
    /** The power iteration stops a few percent short. */
    private static final double MARGIN = 1.15;

    /** Estimates of the smallest eigenvalue over top, which are too large if anything, that leave hope for either range. */
    private static final double LEAST_WIDE = 0.8 / (6.5 * 6.5);

    private static final double LEAST_NARROW = 1.4 / (3.74 * 3.74);

    /** An eigenvalue of E that is estimated beyond this will not be finished. */
    private static final double UNFINISHED = 0.4;
    /** f is positive and bounded as the class says for all e above -BOUNDED. */
    static final double BOUNDED = 1.39;
    /** Share of the squares of the singular values of P that may be missing; within the range it is 1.2e-5 at most. */
    static final double MISSING = 1.3e-5;

    private final long side;
    private final double mean;
    /** G over its mean eigenvalue, which is 1 therefore. */
    private final Tensor gram;

    private ProductPolar(Tensor gram, double mean) {
        this.side = gram.size(0);
        this.mean = mean;
        this.gram = gram.mul(new Scalar(1 / mean));
    }

    /** Empty when the matrix is not conditioned well enough; most such are found after one to four products. */
    static Optional<Parts> of(Tensor tall, Tensor gram) {
        return of(tall, gram, MARGIN);
    }

    /** margin: what the estimate of the largest eigenvalue is multiplied by; any value is safe. */
    static Optional<Parts> of(Tensor tall, Tensor gram, double margin) {
        double mean = Symmetric.trace(gram) / gram.size(0);
        return gram.size(0) >= LEAST_SIDE && mean > 1 / FAR && mean < FAR
                ? new ProductPolar(gram, mean).of(tall, margin)
                : Optional.empty();
    }

    private Optional<Parts> of(Tensor tall, double margin) {
        double fourth = Symmetric.inner(gram, gram);
        if (!(fourth < SPREAD * side)) {
            return Optional.empty();
        }
        Tensor square = Symmetric.product(0, 1, gram, gram);
        double peak = Math.sqrt(Symmetric.largest(square));
        if (!(peak < PEAK)) {
            return Optional.empty();
        }
        double top = margin * peak;
        double least = least(square, top);
        if (least < LEAST_WIDE * top) {
            return Optional.empty();
        }
        Optional<Tensor> narrow = least > LEAST_NARROW * top ? root(square, top, WIDEN_NARROW) : Optional.empty();
        return narrow.or(() -> root(square, top, WIDEN))
                .flatMap(root -> certified(tall, root, sums(square, root, fourth, top)));
    }

    /** The smallest eigenvalue of G, or somewhat more. */
    private double least(Tensor square, double top) {
        return top - Math.sqrt(Symmetric.largest(Symmetric.sum(top * top, gram, -2 * top, square)));
    }

    /** W of the class comment. */
    private Optional<Tensor> root(Tensor square, double top, double[] widen) {
        double[] q = new double[widen.length];
        for (int i = 0; i < q.length; i++) {
            q[i] = widen[i] * Math.pow(top, -i - 0.5);
        }
        // Polynomials are formed up to a factor, which saves passes.
        Tensor widened = Symmetric.sum(q[0] / q[2], gram, q[1] / q[2], square);
        if (q.length > 3) {
            Symmetric.addProduct(widened, q[4] / q[2], square, Symmetric.sum(0, gram, q[3] / q[4], square));
        }
        Tensor rest = Symmetric.product(1, -q[2] * q[2], Symmetric.product(0, 1, widened, widened), gram);
        if (!(Symmetric.largest(rest) < UNFINISHED)) {
            return Optional.empty();
        }
        double[] f = FINISH;
        Tensor rest2 = Symmetric.product(0, 1, rest, rest);
        Tensor rest3 = Symmetric.product(0, 1, rest2, rest);
        if (!(Math.pow(Symmetric.inner(rest3, rest3), 1.0 / 6) < BOUNDED)) {
            return Optional.empty();
        }
        Tensor finish = Symmetric.sum(f[0] / f[2], rest, f[1] / f[2], rest2);
        Symmetric.addProduct(finish, f[5] / f[2], rest3, Symmetric.sum(f[3] / f[5], rest, f[4] / f[5], rest2));
        return Optional.of(Symmetric.product(0, q[2] * f[2] / Math.sqrt(mean), widened, finish));
    }

    /** The sums over the singular values from traces of matrices at hand: with W = G^(-1/2), tr(G^2 W) is the sum of s^3. */
    private SingularValues sums(Tensor square, Tensor root, double fourth, double top) {
        double unit = Math.sqrt(mean);
        double nuclear = Symmetric.inner(gram, root) * unit;
        double[] sums = {
            Symmetric.inner(root, root) * mean,
            Symmetric.trace(root) * unit,
            side,
            nuclear,
            side,
            Symmetric.inner(square, root) * unit,
            fourth,
            Symmetric.inner(gram, square),
            Symmetric.inner(square, square)
        };
        double logarithms = 0;
        for (int i = 0; i < sums.length; i++) {
            logarithms += ENTROPY[i] * sums[i] * Math.pow(top, -POWERS[i] / 2.0);
        }
        double sum = nuclear / Math.sqrt(top);
        double effectiveRank = Math.exp(Math.log(sum) - logarithms / sum);
        return new SingularValues(List.of(), nuclear * unit, mean * side, side, effectiveRank);
    }

    private Optional<Parts> certified(Tensor tall, Tensor root, SingularValues values) {
        Tensor polar = ParallelMatMul.whitened(tall, root);
        double missing = 1 - squaredNorm(polar) / side;
        return Math.abs(missing) < MISSING
                ? Optional.of(new Parts(polar, values, missing, Route.PRODUCTS))
                : Optional.empty();
    }

    /** Row by row, because one long float32 sum would lose the digits that count. */
    private static double squaredNorm(Tensor matrix) {
        Tensor lengths =
                torch.linalg_vector_norm(matrix, new Scalar(2), new long[] {-1}, false, new ScalarTypeOptional());
        return lengths.dot(lengths).item_double();
    }
}
