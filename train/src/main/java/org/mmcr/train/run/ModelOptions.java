package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;
import org.mmcr.train.encoder.EmbeddingModel;
import org.mmcr.train.encoder.EncoderSpec;
import org.mmcr.train.encoder.ProjectorSpec;

/** The network: an encoder, whose features are the result, and a projector, which only the loss uses. */
@API(status = API.Status.STABLE)
public record ModelOptions(
        @JsonPropertyDescription("encoder") EncoderSpec encoder,

        @JsonPropertyDescription("projector between features and embeddings")
        ProjectorSpec projector,

        @JsonPropertyDescription(
                "safetensors file with the encoder's initial weights: torchvision's names, or written by mmcr export")
        Optional<Path> init,

        @JsonPropertyDescription("blocks that are not trained, as patterns: stem, stage1, stage[1-3], block?, encoder")
        List<String> freeze) {

    public ModelOptions {
        freeze = List.copyOf(freeze);
    }

    /**
     * Returns the names of the blocks that are not trained.
     *
     * @throws org.mmcr.core.MmcrException if a pattern matches nothing, or nothing is left to train
     */
    public List<String> frozenBlocks() {
        return freeze.isEmpty()
                ? List.of()
                : EmbeddingModel.create(encoder, projector, 0).freeze(freeze);
    }

    /** The same network with another first-layer width of its encoder. */
    public ModelOptions withWidth(int width) {
        return withEncoder(encoder.withWidth(width));
    }

    /** The same network with embeddings of another dimension. */
    public ModelOptions withDimension(int dimension) {
        return new ModelOptions(encoder, projector.withDimension(dimension), init, freeze);
    }

    /** The same network with another encoder. */
    public ModelOptions withEncoder(EncoderSpec other) {
        return new ModelOptions(other, projector, init, freeze);
    }
}
