package org.mmcr.train.distributed;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.apiguardian.api.API;

/** The number format in which gradients are sent between processes. */
@API(status = API.Status.STABLE)
public enum GradientDtype {
    /** float32, as computed. */
    @JsonProperty("fp32")
    FP32,
    /** bfloat16: half the bytes, and a rounding error of up to 0.4 % of each entry for every addition. */
    @JsonProperty("bf16")
    BF16
}
