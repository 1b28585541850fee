package org.mmcr.train.encoder;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.PointerScope;
import org.mmcr.core.MmcrException;

/**
 * A residual network of He et al. 2016 (arXiv 1512.03385) without its classifier. At width 64 its parameters have
 * torchvision's names, shapes and order.
 *
 * @param type depth: 18 and 34 use two 3x3 convolutions per block, the others the 1x1-3x3-1x1 bottleneck, which is
 *     wider in wide networks (Zagoruyko and Komodakis 2016) and grouped in ResNeXt (Xie et al. 2017)
 * @param stem layers before the first block
 * @param width channels of the stem and of the first group of blocks; the groups have 1, 2, 4 and 8 times this (times
 *     4 with bottlenecks)
 * @param zeroInitResidual whether the last batch-norm scale of each block starts at zero, so that each block starts as
 *     the identity
 */
public record ResNetSpec(Depth type, Stem stem, int width, boolean zeroInitResidual) implements EncoderSpec {
    /** Channels of the stem in the published networks. */
    public static final int STANDARD_WIDTH = 64;

    /** Depth of the network; for wide and ResNeXt variants also the inner layers of its bottlenecks. */
    public enum Depth {
        @JsonProperty("resnet18")
        RESNET18(false, List.of(2, 2, 2, 2), 1, 64),
        @JsonProperty("resnet34")
        RESNET34(false, List.of(3, 4, 6, 3), 1, 64),
        @JsonProperty("resnet50")
        RESNET50(true, List.of(3, 4, 6, 3), 1, 64),
        @JsonProperty("resnet101")
        RESNET101(true, List.of(3, 4, 23, 3), 1, 64),
        @JsonProperty("resnet152")
        RESNET152(true, List.of(3, 8, 36, 3), 1, 64),
        @JsonProperty("wide_resnet50_2")
        WIDE_RESNET50_2(true, List.of(3, 4, 6, 3), 1, 128),
        @JsonProperty("wide_resnet101_2")
        WIDE_RESNET101_2(true, List.of(3, 4, 23, 3), 1, 128),
        @JsonProperty("resnext50_32x4d")
        RESNEXT50_32X4D(true, List.of(3, 4, 6, 3), 32, 4),
        @JsonProperty("resnext101_32x8d")
        RESNEXT101_32X8D(true, List.of(3, 4, 23, 3), 32, 8),
        @JsonProperty("resnext101_64x4d")
        RESNEXT101_64X4D(true, List.of(3, 4, 23, 3), 64, 4);

        private final boolean bottleneck;

        @SuppressWarnings("ImmutableEnumChecker") // List.of
        private final List<Integer> blocks;

        private final int groups;
        private final int groupWidth;

        Depth(boolean bottleneck, List<Integer> blocks, int groups, int groupWidth) {
            this.bottleneck = bottleneck;
            this.blocks = blocks;
            this.groups = groups;
            this.groupWidth = groupWidth;
        }

        boolean bottleneck() {
            return bottleneck;
        }

        /** Number of blocks in a group (0 to 3). */
        int blocks(int group) {
            return blocks.get(group);
        }

        /** Number of blocks in each of the four groups. */
        List<Integer> blocks() {
            return blocks;
        }

        /** Groups of channels of a bottleneck's 3x3 convolution. */
        int groups() {
            return groups;
        }

        /** Channels of a bottleneck's 3x3 convolution in a group of blocks with {@code width} planes. */
        int inner(int width) {
            return Math.max(1, width * groupWidth / STANDARD_WIDTH) * groups;
        }

        /** Name in torchvision and in configurations. */
        String label() {
            return name().toLowerCase(Locale.ROOT);
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
