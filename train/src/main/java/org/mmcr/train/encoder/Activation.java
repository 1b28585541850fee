package org.mmcr.train.encoder;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.apiguardian.api.API;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Non-linearity between layers. */
@API(status = API.Status.STABLE)
public enum Activation {
    /** max(x, 0). */
    @JsonProperty("relu")
    RELU,
    /** x / (1 + exp(-x)). */
    @JsonProperty("silu")
    SILU,
    /** x times the standard normal cumulative distribution function of x. */
    @JsonProperty("gelu")
    GELU,
    /** x / (1 + exp(-1.702 x)), an approximation of GELU in OpenAI's CLIP. */
    @JsonProperty("quick_gelu")
    QUICK_GELU;

    /** Factor in the exponent of {@link #QUICK_GELU}. */
    public static final double QUICK_GELU_FACTOR = 1.702;

    /** Returns the function that CLIP's configurations call {@code name}; any other than quick_gelu is GELU. */
    static Activation ofClip(String name) {
        return name.equals("quick_gelu") ? QUICK_GELU : GELU;
    }

    /**
     * Applies the function element-wise: x of any shape -> same shape. RELU works in place, which saves a pass over
     * memory and is safe after batch-norm and addition.
     */
    Tensor apply(Tensor x) {
        return switch (this) {
            case RELU -> torch.relu_(x);
            case SILU -> torch.silu(x);
            case GELU -> torch.gelu(x);
            case QUICK_GELU -> x.mul(torch.sigmoid(x.mul(new Scalar(QUICK_GELU_FACTOR))));
        };
    }
}
