package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.nio.file.Path;
import java.util.Optional;
import org.apiguardian.api.API;
import org.mmcr.train.encoder.EncoderSpec;
import org.mmcr.train.encoder.ProjectorSpec;

/** The network: an encoder whose features are kept, and a projector that is used by the loss only. */
@API(status = API.Status.STABLE)
public record ModelOptions(
        @JsonPropertyDescription("the encoder, by type: resnet18, resnet34, resnet50, fast or mlp")
        EncoderSpec encoder,

        @JsonPropertyDescription("widths of the projector's layers; the last one is D of the loss")
        ProjectorSpec projector,

        @JsonPropertyDescription("safetensors file with the weights that the encoder starts from; none: random ones")
        Optional<Path> init) {

    ModelOptions withEncoder(EncoderSpec other) {
        return new ModelOptions(other, projector, init);
    }
}
