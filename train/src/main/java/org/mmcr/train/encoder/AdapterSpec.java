package org.mmcr.train.encoder;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;

/**
 * Low-rank adapters of a vision transformer's linear layers (Hu et al. 2022, arXiv 2106.09685). The weight W (out, in)
 * of an adapted layer becomes {@code W + alpha / rank * B A} with A (rank, in) and B (out, rank). W and all other
 * weights of the encoder are not trained. B starts at zero, so the adapted network starts as the one without adapters.
 */
@API(status = API.Status.STABLE)
public record AdapterSpec(
        @JsonPropertyDescription("rank of the adapters' update of a weight; 0: no adapters")
        int rank,

        @JsonPropertyDescription("alpha / rank scales the update; 0: as the rank")
        double alpha,

        @JsonPropertyDescription("adapted layers of each block: qkv, attention (qkv and output), all (also the MLP)")
        Targets targets,

        @JsonPropertyDescription("whether scales and shifts of the layer norms are trained as well")
        boolean norms) {

    /** The linear layers of each block that have adapters. */
    public enum Targets {
        /** Queries, keys and values. */
        @JsonProperty("qkv")
        QKV(Part.QKV),
        /** Queries, keys, values and the output projection of the attention. */
        @JsonProperty("attention")
        ATTENTION(Part.QKV, Part.OUTPUT),
        /** The attention's layers and both layers of the MLP. */
        @JsonProperty("all")
        ALL(Part.QKV, Part.OUTPUT, Part.MLP);

        @SuppressWarnings("ImmutableEnumChecker") // an unmodifiable list of constants
        private final List<Part> parts;

        Targets(Part... parts) {
            this.parts = List.of(parts);
        }

        boolean contains(Part part) {
            return parts.contains(part);
        }
    }

    /** The part of a transformer that a parameter belongs to. */
    enum Part {
        QKV,
        OUTPUT,
        MLP,
        NORM
    }

    public AdapterSpec {
        if (rank < 0 || !(alpha >= 0 && Double.isFinite(alpha))) {
            throw new MmcrException("expected a rank and an alpha of adapters of 0 or more, found rank " + rank
                    + " and alpha " + alpha + "; correct the value");
        }
    }

    /** No adapters. */
    public static AdapterSpec none() {
        return new AdapterSpec(0, 0, Targets.ATTENTION, false);
    }

    /** Adapters of the attention layers whose update is not scaled. */
    public static AdapterSpec ofRank(int rank) {
        return new AdapterSpec(rank, 0, Targets.ATTENTION, false);
    }

    /** Whether there are adapters. */
    public boolean present() {
        return rank > 0;
    }

    /** Alpha, which is the rank unless it is stated. */
    public double effectiveAlpha() {
        return alpha > 0 ? alpha : rank;
    }
}
