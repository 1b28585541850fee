package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;
import org.mmcr.objective.Objective;
import org.mmcr.train.encoder.ObjectiveNetwork;

/**
 * The objective and its settings. In YAML and JSON the property {@code type} selects the record. A configuration that
 * selects another type starts from the type's {@link #standards() standard settings}.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = MmcrSpec.class, name = "mmcr"),
    @JsonSubTypes.Type(value = SimClrSpec.class, name = "simclr"),
    @JsonSubTypes.Type(value = BarlowSpec.class, name = "barlow"),
    @JsonSubTypes.Type(value = VicRegSpec.class, name = "vicreg"),
    @JsonSubTypes.Type(value = WmseSpec.class, name = "wmse"),
    @JsonSubTypes.Type(value = AlignUniformSpec.class, name = "align-uniform"),
    @JsonSubTypes.Type(value = LeJepaSpec.class, name = "lejepa"),
    @JsonSubTypes.Type(value = ByolSpec.class, name = "byol"),
    @JsonSubTypes.Type(value = SimSiamSpec.class, name = "simsiam"),
    @JsonSubTypes.Type(value = CrossEntropySpec.class, name = "cross-entropy"),
    @JsonSubTypes.Type(value = ClipSpec.class, name = "clip")
})
@API(status = API.Status.STABLE)
public sealed interface ObjectiveSpec
        permits MmcrSpec,
                SimClrSpec,
                BarlowSpec,
                VicRegSpec,
                WmseSpec,
                AlignUniformSpec,
                LeJepaSpec,
                ByolSpec,
                SimSiamSpec,
                CrossEntropySpec,
                ClipSpec {
    /** The standard settings of each type that needs no labels, MMCR first. */
    static List<ObjectiveSpec> standards() {
        return List.of(
                MmcrSpec.standard(),
                SimClrSpec.standard(),
                BarlowSpec.standard(),
                VicRegSpec.standard(),
                WmseSpec.standard(),
                AlignUniformSpec.standard(),
                LeJepaSpec.standard(),
                ByolSpec.standard(),
                SimSiamSpec.standard(),
                ClipSpec.standard());
    }

    /** Creates the objective. */
    Objective build();

    /**
     * Creates the network between the embeddings and the objective, which is trained with the encoder; empty if the
     * objective sees the embeddings themselves.
     *
     * @param dimension D of the embeddings
     */
    default Optional<ObjectiveNetwork> network(int dimension, long seed) {
        return Optional.empty();
    }

    /**
     * Whether the network's outputs are predictions, which are compared with targets. These are the objective's
     * momentum embeddings: those of the {@link #target} network, else the embeddings themselves without gradient.
     */
    default boolean predicts() {
        return false;
    }

    /** The moving average of encoder and projector whose embeddings are the targets, if the objective has one. */
    default Optional<TargetDecay> target() {
        return Optional.empty();
    }
}
