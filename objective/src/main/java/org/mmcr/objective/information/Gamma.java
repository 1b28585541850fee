package org.mmcr.objective.information;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The logarithm of the gamma function, from libtorch, one number at a time. */
final class Gamma {
    private Gamma() {}

    /** log Gamma(x), x > 0. */
    static double log(double x) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            return torch.lgamma(Tensor.create(new double[] {x})).item_double();
        }
    }
}
