package org.mmcr.train.encoder;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A low-rank update of a linear layer's weight, {@code scale * b a}.
 *
 * @param a (rank, in)
 * @param b (out, rank)
 */
record LowRankAdapter(Tensor a, Tensor b, double scale) {
    /** Part of the names of adapters, here and in other programs. */
    static final String INFIX = ".lora_";
    /** End of the name of {@link #a}, after the name of the weight. */
    static final String A = INFIX + "a";
    /** End of the name of {@link #b}. */
    static final String B = INFIX + "b";

    /** Adds the update's part to the layer's output: x (..., in), y (..., out) -> (..., out). */
    Tensor addTo(Tensor y, Tensor x) {
        return y.add(torch.linear(torch.linear(x, a), b), new Scalar(scale));
    }

    /** Adds the update to a weight (out, in) in place. */
    void mergeInto(Tensor weight) {
        weight.add_(b.matmul(a), new Scalar(scale));
    }
}
