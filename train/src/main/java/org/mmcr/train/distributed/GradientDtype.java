package org.mmcr.train.distributed;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.apiguardian.api.API;

/** The numbers in which gradients travel between processes. */
@API(status = API.Status.STABLE)
public enum GradientDtype {
    /** As they are. */
    @JsonProperty("fp32")
    FP32,
    /** Rounded to 8 bits of mantissa: half the bytes, each entry wrong by up to 0.4 % for every addition on its way. */
    @JsonProperty("bf16")
    BF16
}
