package org.mmcr.train.encoder;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;
import org.bytedeco.javacpp.PointerScope;
import org.mmcr.core.MmcrException;

/**
 * A vision transformer (Dosovitskiy et al. 2021, arXiv 2010.11929) without its classifier: ViT and DeiT, DINOv2 with
 * layer scale and registers (Oquab et al. 2023, Darcet et al. 2024), and the vision tower of CLIP. Its parameters have
 * the names and shapes of the library in {@code names}.
 *
 * @param type depth and number of heads
 * @param names library whose tensor names the network has; it also decides how position embeddings are interpolated
 * @param size side of the pictures that the position embeddings are made for, in pixels; they are interpolated for
 *     pictures of another size
 * @param patch side of a patch, in pixels
 * @param width length of a token, a multiple of the number of heads
 * @param activation non-linearity in the blocks' MLPs
 * @param epsilon added to the variance in layer norms
 * @param layerScale initial factor of each residual branch's learned scale; 0 for networks without
 * @param registers number of register tokens, with names of timm and of DINOv2 in transformers; 1, the distillation
 *     token, with those of timm's distilled DeiT
 * @param pool how tokens become a feature vector
 * @param dropPath probability in training that a sample skips a residual branch of the last block; it rises linearly
 *     from 0 at the first (stochastic depth)
 */
public record VisionTransformerSpec(
        Scale type,
        TensorNames names,
        int size,
        int patch,
        int width,
        Activation activation,
        double epsilon,
        double layerScale,
        int registers,
        TokenPool pool,
        double dropPath)
        implements EncoderSpec {
    /** Epsilon of timm, torchvision and DINOv2. */
    static final double EPSILON = 1e-6;
    /** Epsilon of CLIP. */
    static final double CLIP_EPSILON = 1e-5;

    private static final int STANDARD_SIZE = 32;
    private static final int STANDARD_PATCH = 4;

    /** The published sizes. */
    public enum Scale {
        @JsonProperty("vit-tiny")
        VIT_TINY(12, 3, 192),
        @JsonProperty("vit-small")
        VIT_SMALL(12, 6, 384),
        @JsonProperty("vit-base")
        VIT_BASE(12, 12, 768),
        @JsonProperty("vit-large")
        VIT_LARGE(24, 16, 1024);

        private final int depth;
        private final int heads;
        private final int width;

        Scale(int depth, int heads, int width) {
            this.depth = depth;
            this.heads = heads;
            this.width = width;
        }

        /** Number of blocks. */
        public int depth() {
            return depth;
        }

        /** Number of attention heads. */
        public int heads() {
            return heads;
        }

        /** Length of a token in the published network. */
        public int width() {
            return width;
        }

        /** Name in configurations. */
        String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public VisionTransformerSpec {
        if (width < 1 || width % type.heads() != 0) {
            throw new MmcrException("expected the width of " + type.label() + " to be a multiple of its " + type.heads()
                    + " heads, found " + width + "; the published width is " + type.width());
        }
        if (patch < 1 || size < patch || size % patch != 0) {
            throw new MmcrException("expected the size of " + type.label()
                    + " to be a multiple of its patch, found size " + size + ", patch " + patch + "; change one");
        }
        boolean known = names == TensorNames.TIMM || names == TensorNames.TRANSFORMERS_DINOV2;
        if (names == TensorNames.TIMM_DISTILLED ? registers != 1 : registers < 0 || (registers > 0 && !known)) {
            throw new MmcrException("expected registers of " + type.label()
                    + " to be 0, a positive number with the names timm and transformers-dinov2, or 1 with"
                    + " timm-distilled, found " + registers + "; change it");
        }
        if (!(epsilon > 0) || !(layerScale >= 0)) {
            throw new MmcrException("expected a positive epsilon and a layerScale of 0 or more, found " + epsilon
                    + " and " + layerScale + "; change them");
        }
        StochasticDepth.requireProbability(dropPath);
    }

    /** The published network of this scale for pictures of 32 pixels: patches of 4, mean of the patch tokens. */
    public static VisionTransformerSpec small(Scale type) {
        return of(type, TensorNames.TIMM, STANDARD_SIZE, STANDARD_PATCH).withPool(TokenPool.MEAN);
    }

    /** A network of published width with exact GELU, without layer scale and registers; its class token is read. */
    static VisionTransformerSpec of(Scale type, TensorNames names, int size, int patch) {
        boolean clip = names == TensorNames.OPEN_CLIP || names == TensorNames.TRANSFORMERS_CLIP;
        boolean distilled = names == TensorNames.TIMM_DISTILLED;
        return new VisionTransformerSpec(
                type,
                names,
                size,
                patch,
                type.width(),
                Activation.GELU,
                clip ? CLIP_EPSILON : EPSILON,
                0,
                distilled ? 1 : 0,
                TokenPool.CLS,
                0);
    }

    @Override
    public Encoder build(long seed) {
        try (PointerScope scope = new PointerScope()) {
            return VisionTransformer.build(this, new ParameterTable(seed));
        }
    }

    @Override
    public VisionTransformerSpec withWidth(int other) {
        return new VisionTransformerSpec(
                type, names, size, patch, other, activation, epsilon, layerScale, registers, pool, dropPath);
    }

    /** The same network that reads its tokens in another way. */
    public VisionTransformerSpec withPool(TokenPool other) {
        return new VisionTransformerSpec(
                type, names, size, patch, width, activation, epsilon, layerScale, registers, other, dropPath);
    }

    /** The same network with position embeddings for pictures of another size. */
    VisionTransformerSpec withSize(int other) {
        return new VisionTransformerSpec(
                type, names, other, patch, width, activation, epsilon, layerScale, registers, pool, dropPath);
    }

    VisionTransformerSpec withActivation(Activation other) {
        return new VisionTransformerSpec(
                type, names, size, patch, width, other, epsilon, layerScale, registers, pool, dropPath);
    }

    /** The same network with DINOv2's layer scale and this number of registers. */
    VisionTransformerSpec withLayerScale(double initial, int registerTokens) {
        return new VisionTransformerSpec(
                type, names, size, patch, width, activation, epsilon, initial, registerTokens, pool, dropPath);
    }

    /** Tokens before those of the patches: class token and registers. */
    int prefix() {
        return 1 + registers;
    }

    /** Tokens at the beginning that have a position: none in timm's networks with registers. */
    int placed() {
        return switch (names) {
            case TIMM -> registers > 0 ? 0 : 1;
            case TIMM_DISTILLED -> 2;
            default -> 1;
        };
    }

    /** Tokens at the beginning whose mean is the feature vector of {@link TokenPool#CLS}. */
    int classTokens() {
        return names == TensorNames.TIMM_DISTILLED ? 2 : 1;
    }

    /** Patches along a side of {@link #size}. */
    int grid() {
        return size / patch;
    }
}
