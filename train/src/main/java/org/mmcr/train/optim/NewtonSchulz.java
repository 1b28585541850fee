package org.mmcr.train.optim;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.objective.linalg.ParallelMatMul;

/**
 * Newton-Schulz iteration towards the polar factor, by matrix products alone. M (rows, columns), float32 -> same
 * shape, same singular vectors, singular values near 1; M is not modified.
 *
 * <p>Each step maps a singular value s to {@code a s + b s^3 + c s^5}, with the coefficients that bring the values
 * nearest to 1 for those that the steps before can leave (Polar Express, Amsel et al. 2025, arXiv 2505.16932). M is
 * divided by the fourth root of the sum of the fourth powers of its singular values, the square root of the Frobenius
 * norm of {@code M M^T}: no singular value exceeds it, and it is 2 to 4 times smaller than the Frobenius norm of M.
 * Three steps bring what is above 1 % of it into (0.73, 1.27).
 *
 * <p>With m the smaller and n the larger side the plain iteration costs {@code steps * (4 m^2 n + 2 m^3)} flops. The
 * steps depend only on {@code G = X X^T}. For elongated matrices in float32 they are therefore computed on G (m, m) and
 * their product is applied to X once, at {@code 4 m^2 n + (8 steps - 6) m^3} flops. Rounding may make a small
 * eigenvalue of G negative and each step multiplies it by up to a^2, which is harmless in float32 but diverges in
 * bfloat16.
 */
final class NewtonSchulz {
    /** a, b and c of each step, for values from 0.01 to 1; further steps use the last. */
    private static final double[][] COEFFICIENTS = {
        {8.0933685, -23.6204304, 17.4461518},
        {3.6365856, -2.7219268, 0.5365463},
        {2.6613000, -1.9771546, 0.4526164},
        {1.9561716, -1.3375077, 0.3838527},
        {1.875, -1.25, 0.375}
    };

    private static final double TINY = 1e-9;

    /** Room for rounding in bfloat16: beyond 1 the first step grows fast. */
    private static final double MARGIN = 1.02;

    /** The n / m from which the iteration on G needs fewer operations. */
    private static final double ELONGATED = 1.5;

    private NewtonSchulz() {}

    /**
     * Iterates from a matrix divided by a bound of its singular values.
     *
     * @param products float32, or bfloat16 as in the publication of Muon (Jordan et al. 2024)
     */
    static Tensor polar(Tensor matrix, int steps, ScalarType products) {
        boolean tall = matrix.size(0) > matrix.size(1);
        Tensor x = tall ? matrix.t() : matrix;
        x = x.div(x.norm().add_(new Scalar(TINY))).to(products);
        Tensor gram = product(x, x.t());
        Tensor norm = gram.norm().sqrt_().mul_(new Scalar(MARGIN)).add_(new Scalar(TINY));
        x.div_(norm);
        gram.div_(norm).div_(norm);
        boolean elongated = x.size(1) >= ELONGATED * x.size(0) && products == ScalarType.Float;
        Tensor polar = (elongated ? onGram(x, gram, steps) : plain(x, gram, steps)).to(ScalarType.Float);
        return tall ? polar.t() : polar;
    }

    private static Tensor plain(Tensor start, Tensor firstGram, int steps) {
        Tensor x = start;
        for (int step = 0; step < steps; step++) {
            Tensor gram = step == 0 ? firstGram : product(x, x.t());
            x = product(withoutConstant(gram, step), x).add_(x, new Scalar(coefficients(step)[0]));
        }
        return x;
    }

    private static Tensor onGram(Tensor x, Tensor firstGram, int steps) {
        Tensor gram = firstGram;
        Tensor product = polynomial(gram, 0);
        Tensor latest = product;
        for (int step = 1; step < steps; step++) {
            gram = product(product(latest, gram), latest);
            latest = polynomial(gram, step);
            product = product(latest, product);
        }
        return product(product, x);
    }

    /** Computes {@code a I + b G + c G^2}. */
    private static Tensor polynomial(Tensor gram, int step) {
        Tensor result = withoutConstant(gram, step);
        result.diagonal().add_(new Scalar(coefficients(step)[0]));
        return result;
    }

    /** Computes {@code b G + c G^2}. */
    private static Tensor withoutConstant(Tensor gram, int step) {
        double[] abc = coefficients(step);
        return product(gram, gram).mul_(new Scalar(abc[2])).add_(gram, new Scalar(abc[1]));
    }

    /** Returns a, b and c of a step from 0 on. */
    static double[] coefficients(int step) {
        return COEFFICIENTS[Math.min(step, COEFFICIENTS.length - 1)];
    }

    /** libtorch's own product of bfloat16 matrices is parallel. */
    private static Tensor product(Tensor left, Tensor right) {
        return left.scalar_type().intern() == ScalarType.Float ? ParallelMatMul.of(left, right) : torch.mm(left, right);
    }
}
