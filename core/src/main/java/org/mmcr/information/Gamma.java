package org.mmcr.information;

import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The gamma function's logarithm and its derivative, from libtorch, one number at a time. */
final class Gamma {
    private Gamma() {}

    /** log Gamma(x), x > 0. */
    static double log(double x) {
        return apply(torch::lgamma, x);
    }

    /** The derivative of {@link #log}, x > 0. */
    static double digamma(double x) {
        return apply(torch::digamma, x);
    }

    private static double apply(UnaryOperator<Tensor> function, double x) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            return function.apply(Tensor.create(new double[] {x})).item_double();
        }
    }
}
