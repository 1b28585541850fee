package org.mmcr.train.optim;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Newton-Schulz iteration towards the polar factor, by matrix products alone. M (rows, columns), float32 -> same
 * shape, same singular vectors, singular values near 1; M is not modified.
 *
 * <p>Each step maps a singular value s to {@code a s + b s^3 + c s^5} with the coefficients of Jordan et al. 2024,
 * which trade accuracy at 1 for speed near 0: after five steps singular values above about 1 % of the Frobenius norm
 * are in about (0.7, 1.2), which suffices for a descent direction.
 *
 * <p>With m the smaller and n the larger side the plain iteration costs {@code steps * (4 m^2 n + 2 m^3)} flops. The
 * steps depend only on {@code G = X X^T}. For elongated matrices they are therefore computed on G (m, m) and their
 * product is applied to X once, at {@code 4 m^2 n + steps * 8 m^3} flops. Rounding may make a small eigenvalue of G
 * negative, which is harmless because the polynomial is flat there.
 */
final class NewtonSchulz {
    private static final double A = 3.4445;
    private static final double B = -4.7750;
    private static final double C = 2.0315;
    private static final double TINY = 1e-9;

    /** The n / m from which the iteration on G needs fewer operations. */
    private static final double ELONGATED = 1.5;

    private NewtonSchulz() {}

    static Tensor polar(Tensor matrix, int steps) {
        boolean tall = matrix.size(0) > matrix.size(1);
        Tensor x = tall ? matrix.t() : matrix;
        x = x.div(x.norm().add_(new Scalar(TINY)));
        Tensor polar = x.size(1) >= ELONGATED * x.size(0) ? onGram(x, steps) : plain(x, steps);
        return tall ? polar.t() : polar;
    }

    private static Tensor plain(Tensor start, int steps) {
        Tensor x = start;
        for (int step = 0; step < steps; step++) {
            Tensor gram = torch.mm(x, x.t());
            Tensor tail = torch.addmm(gram, gram, gram, new Scalar(B), new Scalar(C));
            x = torch.addmm(x, tail, x, new Scalar(A), new Scalar(1.0));
        }
        return x;
    }

    private static Tensor onGram(Tensor x, int steps) {
        Tensor gram = torch.mm(x, x.t());
        Tensor product = polynomial(gram);
        Tensor latest = product;
        for (int step = 1; step < steps; step++) {
            gram = torch.mm(torch.mm(latest, gram), latest);
            latest = polynomial(gram);
            product = torch.mm(latest, product);
        }
        return torch.mm(product, x);
    }

    /** Computes {@code a I + b G + c G^2}. */
    private static Tensor polynomial(Tensor gram) {
        Tensor result = torch.addmm(gram, gram, gram, new Scalar(B), new Scalar(C));
        result.diagonal().add_(new Scalar(A));
        return result;
    }
}
