package org.mmcr.train.encoder;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.mmcr.core.MmcrException;

/**
 * A residual network of He et al. 2016 (arXiv 1512.03385) without its classifier. At width 64 its parameters have
 * torchvision's names, shapes and order.
 *
 * @param type depth: 18 and 34 use two 3x3 convolutions per block, 50 the 1x1-3x3-1x1 bottleneck
 * @param stem layers before the first block
 * @param width channels of the stem and of the first group of blocks; the groups have 1, 2, 4 and 8 times this (times
 *     4 for resnet50)
 * @param zeroInitResidual whether the last batch-norm scale of each block starts at zero, so that each block starts as
 *     the identity
 */
public record ResNetSpec(Depth type, Stem stem, int width, boolean zeroInitResidual) implements EncoderSpec {
    /** Channels of the stem in the published networks. */
    public static final int STANDARD_WIDTH = 64;

    private static final List<Integer> DEEP_BLOCKS = List.of(3, 4, 6, 3);

    /** Depth of the network. */
    public enum Depth {
        @JsonProperty("resnet18")
        RESNET18,
        @JsonProperty("resnet34")
        RESNET34,
        @JsonProperty("resnet50")
        RESNET50;

        boolean bottleneck() {
            return this == RESNET50;
        }

        /** Number of blocks in a group (0 to 3). */
        int blocks(int group) {
            return this == RESNET18 ? 2 : DEEP_BLOCKS.get(group);
        }
    }

    /**
     * First layers: {@code CIFAR} is 3x3 with stride 1 and no pooling, {@code IMAGENET} 7x7 with stride 2 and a 3x3
     * max-pool with stride 2.
     */
    public enum Stem {
        @JsonProperty("cifar")
        CIFAR,
        @JsonProperty("imagenet")
        IMAGENET
    }

    public ResNetSpec {
        if (width < 1) {
            throw new MmcrException(
                    "encoder width must be at least 1, found " + width + "; the published networks use 64");
        }
    }

    /** The published network of this depth with the stem for small pictures. */
    public static ResNetSpec cifar(Depth type) {
        return new ResNetSpec(type, Stem.CIFAR, STANDARD_WIDTH, false);
    }

    /** The published network of this depth with the stem for large pictures. */
    public static ResNetSpec imagenet(Depth type) {
        return new ResNetSpec(type, Stem.IMAGENET, STANDARD_WIDTH, false);
    }

    @Override
    public Encoder build(long seed) {
        try (PointerScope scope = new PointerScope()) {
            return ResNet.build(this, new ParameterTable(seed));
        }
    }

    @Override
    public ResNetSpec withWidth(int other) {
        return new ResNetSpec(type, stem, other, zeroInitResidual);
    }
}
