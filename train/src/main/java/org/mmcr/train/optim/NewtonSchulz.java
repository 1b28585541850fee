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
 * <p>Each step maps a singular value s to {@code a s + b s^3 + c s^5} with the coefficients of Jordan et al. 2024,
 * which trade accuracy at 1 for speed near 0: after five steps singular values above about 1 % of the Frobenius norm
 * are in about (0.7, 1.2), which suffices for a descent direction.
 *
 * <p>With m the smaller and n the larger side the plain iteration costs {@code steps * (4 m^2 n + 2 m^3)} flops. The
 * steps depend only on {@code G = X X^T}. For elongated matrices in float32 they are therefore computed on G (m, m) and
 * their product is applied to X once, at {@code 4 m^2 n + steps * 8 m^3} flops. Rounding may make a small eigenvalue of
 * G negative and each step multiplies it by up to a^2, which is harmless in float32 but diverges in bfloat16.
 */
final class NewtonSchulz {
    private static final double A = 3.4445;
    private static final double B = -4.7750;
    private static final double C = 2.0315;
    private static final double TINY = 1e-9;

    /** The n / m from which the iteration on G needs fewer operations. */
    private static final double ELONGATED = 1.5;

    private NewtonSchulz() {}

    /**
     * Iterates from a matrix divided by its Frobenius norm.
     *
     * @param products float32, or bfloat16 as in the publication
     */
    static Tensor polar(Tensor matrix, int steps, ScalarType products) {
        boolean tall = matrix.size(0) > matrix.size(1);
        Tensor x = tall ? matrix.t() : matrix;
        x = x.div(x.norm().add_(new Scalar(TINY))).to(products);
        boolean elongated = x.size(1) >= ELONGATED * x.size(0) && products == ScalarType.Float;
        Tensor polar = (elongated ? onGram(x, steps) : plain(x, steps)).to(ScalarType.Float);
        return tall ? polar.t() : polar;
    }

    private static Tensor plain(Tensor start, int steps) {
        Tensor x = start;
        for (int step = 0; step < steps; step++) {
            Tensor gram = product(x, x.t());
            Tensor tail = product(gram, gram).mul_(new Scalar(C)).add_(gram, new Scalar(B));
            x = product(tail, x).add_(x, new Scalar(A));
        }
        return x;
    }

    private static Tensor onGram(Tensor x, int steps) {
        Tensor gram = product(x, x.t());
        Tensor product = polynomial(gram);
        Tensor latest = product;
        for (int step = 1; step < steps; step++) {
            gram = product(product(latest, gram), latest);
            latest = polynomial(gram);
            product = product(latest, product);
        }
        return product(product, x);
    }

    /** Computes {@code a I + b G + c G^2}. */
    private static Tensor polynomial(Tensor gram) {
        Tensor result = product(gram, gram).mul_(new Scalar(C)).add_(gram, new Scalar(B));
        result.diagonal().add_(new Scalar(A));
        return result;
    }

    /** libtorch's own product of bfloat16 matrices is parallel. */
    private static Tensor product(Tensor left, Tensor right) {
        return left.scalar_type().intern() == ScalarType.Float ? ParallelMatMul.of(left, right) : torch.mm(left, right);
    }
}
