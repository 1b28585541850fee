package org.mmcr.train.encoder;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.apiguardian.api.API;

/** How the tokens of a vision transformer become one feature vector, after the last norm. */
@API(status = API.Status.STABLE)
public enum TokenPool {
    /** The class token. */
    @JsonProperty("cls")
    CLS,
    /** The mean of the patch tokens, without class and register tokens. */
    @JsonProperty("mean")
    MEAN
}
