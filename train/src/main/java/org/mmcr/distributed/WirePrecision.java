package org.mmcr.distributed;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The numbers in which gradients travel between processes. */
public enum WirePrecision {
    /** As they are. */
    @JsonProperty("fp32")
    FP32,
    /** Rounded to 8 bits of mantissa: half the bytes, each entry wrong by up to 0.4 % for every addition on its way. */
    @JsonProperty("bf16")
    BF16
}
