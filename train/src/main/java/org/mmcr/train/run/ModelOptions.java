package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.core.MmcrException;
import org.mmcr.train.encoder.AdapterSpec;
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

        @JsonPropertyDescription("frozen blocks, as patterns: stem, stage1, stage[1-3], block?, encoder")
        List<String> freeze,

        @JsonPropertyDescription("low-rank adapters of a vision transformer's layers, trained in place of its weights")
        AdapterSpec adapt) {

    public ModelOptions {
        freeze = List.copyOf(freeze);
    }

    /**
     * Returns the names of the frozen blocks.
     *
     * @throws MmcrException if a pattern matches nothing, nothing is left to train, or the adapters do not fit the
     *     encoder
     */
    public List<String> frozenBlocks() {
        return freeze.isEmpty() && !adapt.present()
                ? List.of()
                : restrict(EmbeddingModel.create(encoder, projector, 0));
    }

    /**
     * Adds the adapters to a model of these options and freezes its blocks.
     *
     * @return names of the frozen blocks
     */
    List<String> restrict(EmbeddingModel model) {
        if (adapt.present()) {
            model.adapt(adapt);
        }
        List<String> frozen = freeze.isEmpty() ? List.of() : model.freeze(freeze);
        if (adapt.present() && model.adapterParameters().values().stream().noneMatch(Tensor::requires_grad)) {
            throw new MmcrException("expected adapters in blocks that are trained, found all of them frozen by "
                    + String.join(",", freeze) + "; leave --adapt out, or freeze fewer blocks");
        }
        return frozen;
    }

    /** The same network with another first-layer width of its encoder. */
    public ModelOptions withWidth(int width) {
        return withEncoder(encoder.withWidth(width));
    }

    /** The same network with embeddings of another dimension. */
    public ModelOptions withDimension(int dimension) {
        return new ModelOptions(encoder, projector.withDimension(dimension), init, freeze, adapt);
    }

    /** The same network with another encoder. */
    public ModelOptions withEncoder(EncoderSpec other) {
        return new ModelOptions(other, projector, init, freeze, adapt);
    }
}
