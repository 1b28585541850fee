package org.mmcr.objective;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Scalars for autograd whose value and gradient were computed elsewhere. */
final class GivenGradient {
    private GivenGradient() {}

    /**
     * Returns a scalar with the given value whose gradient with respect to z is the given one.
     *
     * <p>{@code <z, gradient>} has that gradient; its value is written over.
     */
    static Tensor scalar(Tensor z, Tensor gradient, double value) {
        Tensor product = z.flatten().dot(gradient.flatten());
        product.detach().fill_(new Scalar(value));
        return product;
    }

    /** Returns a scalar without a gradient, in the type and on the device of {@code like}. */
    static Tensor constant(Tensor like, double value) {
        return torch.zeros(new long[0]).to(like.device(), like.scalar_type()).add(new Scalar(value));
    }
}
