package org.mmcr.train.encoder;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.PointerScope;
import org.mmcr.core.MmcrException;

/**
 * A ConvNeXt (Liu et al. 2022, arXiv 2201.03545) without its classifier; the norm after pooling belongs to it. Its
 * parameters have the names and shapes of the library in {@code names}.
 *
 * @param type blocks in each stage
 * @param names library whose tensor names the network has: timm or torchvision
 * @param patch side and stride of the first convolution
 * @param width channels of the first stage; the others have 2, 4 and 8 times this
 * @param layerScale initial factor of each block's learned scale
 * @param dropPath probability in training that a sample skips the last block; it rises linearly from 0 at the first
 */
public record ConvNextSpec(Scale type, TensorNames names, int patch, int width, double layerScale, double dropPath)
        implements EncoderSpec {
    /** Side of the first convolution in the published networks. */
    static final int STANDARD_PATCH = 4;
    /** Initial layer scale in the published networks. */
    static final double LAYER_SCALE = 1e-6;

    /** The published sizes. */
    public enum Scale {
        @JsonProperty("convnext-tiny")
        CONVNEXT_TINY(List.of(3, 3, 9, 3), 96),
        @JsonProperty("convnext-small")
        CONVNEXT_SMALL(List.of(3, 3, 27, 3), 96),
        @JsonProperty("convnext-base")
        CONVNEXT_BASE(List.of(3, 3, 27, 3), 128),
        @JsonProperty("convnext-large")
        CONVNEXT_LARGE(List.of(3, 3, 27, 3), 192);

        @SuppressWarnings("ImmutableEnumChecker") // List.of
        private final List<Integer> blocks;

        private final int width;

        Scale(List<Integer> blocks, int width) {
            this.blocks = blocks;
            this.width = width;
        }

        /** Number of blocks in each stage. */
        public List<Integer> blocks() {
            return blocks;
        }

        /** Channels of the first stage in the published network. */
        public int width() {
            return width;
        }

        /** Name in configurations. */
        String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public ConvNextSpec {
        if (width < 1 || patch < 1 || !(layerScale > 0)) {
            throw new MmcrException("expected width and patch of " + type.label()
                    + " to be at least 1 and a positive layerScale, found " + width + ", " + patch + " and "
                    + layerScale + "; the published ones are " + type.width() + ", " + STANDARD_PATCH + " and "
                    + LAYER_SCALE);
        }
        if (names != TensorNames.TIMM && names != TensorNames.TORCHVISION) {
            throw new MmcrException("expected the names of timm or torchvision for " + type.label() + ", found " + names
                    + "; change names");
        }
        StochasticDepth.requireProbability(dropPath);
    }

    /** The published network of this scale. */
    public static ConvNextSpec of(Scale type, TensorNames names) {
        return new ConvNextSpec(type, names, STANDARD_PATCH, type.width(), LAYER_SCALE, 0);
    }

    @Override
    public Encoder build(long seed) {
        try (PointerScope scope = new PointerScope()) {
            return ConvNext.build(this, new ParameterTable(seed));
        }
    }

    @Override
    public ConvNextSpec withWidth(int other) {
        return new ConvNextSpec(type, names, patch, other, layerScale, dropPath);
    }
}
