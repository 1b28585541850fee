package org.mmcr.train.encoder;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.apiguardian.api.API;

/** The library whose tensor names a network has, so that files can be exchanged with it without renaming. */
@API(status = API.Status.STABLE)
public enum TensorNames {
    /** timm. */
    @JsonProperty("timm")
    TIMM,
    /** DeiT with a distillation token, in timm. */
    @JsonProperty("timm-distilled")
    TIMM_DISTILLED,
    /** torchvision. */
    @JsonProperty("torchvision")
    TORCHVISION,
    /** DINOv2 in transformers, as the files on the hub spell it. */
    @JsonProperty("transformers-dinov2")
    TRANSFORMERS_DINOV2,
    /** The vision tower of CLIP in transformers, without {@code vision_model.}. */
    @JsonProperty("transformers-clip")
    TRANSFORMERS_CLIP,
    /** The vision tower of open_clip and of OpenAI's CLIP, without {@code visual.}. */
    @JsonProperty("open_clip")
    OPEN_CLIP
}
