package org.mmcr.train.encoder;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Collections;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.mmcr.core.MmcrException;

/**
 * A small convolutional network for CPUs. It leaves the costly full resolution early.
 *
 * @param stemWidth channels of the first convolution
 * @param stemKernel side of the first convolution, 1 or more
 * @param stemStride stride of the first convolution; its output has ceil(side / stride) positions for an odd kernel,
 *     side / stride for an even kernel and side
 * @param widths channels of each stage
 * @param blocks residual blocks in each stage; 0 makes the stage a plain 3x3 convolution with batch-norm and
 *     activation
 * @param strides stride of each stage's first convolution
 * @param activation non-linearity
 * @param shortcut shortcut of a block that changes the shape
 * @param headWidth channels of a last 1x1 convolution with batch-norm and activation before pooling; 0 for none
 * @param headConcat whether the features are the channels of the last stage followed by those of the head, each
 *     averaged over positions; without a head it has no effect
 * @param earlyStages number of stages before the last that give features as well, or fewer if there are not so many;
 *     these come first: of each stage the mean over the upper half of the picture and over the lower half
 * @param zeroInitResidual whether each block starts as the identity of its shortcut
 */
@JsonPropertyOrder("type")
@JsonIgnoreProperties(value = "type", allowGetters = true)
public record SmallConvNetSpec(
        int stemWidth,
        int stemKernel,
        int stemStride,
        List<Integer> widths,
        List<Integer> blocks,
        List<Integer> strides,
        Activation activation,
        Shortcut shortcut,
        int headWidth,
        boolean headConcat,
        int earlyStages,
        boolean zeroInitResidual)
        implements EncoderSpec {

    /**
     * {@code CONV}: 1x1 convolution with the block's stride; {@code POOL}: average pooling by the stride, then a 1x1
     * convolution.
     */
    public enum Shortcut {
        @JsonProperty("conv")
        CONV,
        @JsonProperty("pool")
        POOL
    }

    public SmallConvNetSpec {
        widths = List.copyOf(widths);
        blocks = List.copyOf(blocks);
        strides = List.copyOf(strides);
        requireSameLength(widths, blocks, strides);
        requireAtLeast("stemWidth", stemWidth, 1);
        requireAtLeast("stemKernel", stemKernel, 1);
        requireAtLeast("stemStride", stemStride, 1);
        requireAtLeast("headWidth", headWidth, 0);
        requireAtLeast("earlyStages", earlyStages, 0);
        requireAtLeast("the smallest of widths", Collections.min(widths), 1);
        requireAtLeast("the smallest of blocks", Collections.min(blocks), 0);
        requireAtLeast("the smallest of strides", Collections.min(strides), 1);
    }

    /**
     * Five 3x3 convolutions of 32, 64, 128, 128 and 256 channels without shortcuts; the first, second and fourth have
     * stride 2. At this depth they learn as well as residual blocks of the same width and process more views in the
     * same time.
     */
    public static SmallConvNetSpec standard() {
        return new SmallConvNetSpec(
                32,
                3,
                2,
                List.of(64, 128, 128, 256),
                List.of(0, 0, 0, 0),
                List.of(2, 1, 2, 1),
                Activation.RELU,
                Shortcut.CONV,
                0,
                false,
                0,
                false);
    }

    @JsonProperty("type")
    public String type() {
        return "fast";
    }

    @Override
    public Encoder build(long seed) {
        try (PointerScope scope = new PointerScope()) {
            return SmallConvNet.build(this, new ParameterTable(seed));
        }
    }

    @Override
    public int width() {
        return stemWidth;
    }

    @Override
    public SmallConvNetSpec withWidth(int other) {
        return new SmallConvNetSpec(
                other,
                stemKernel,
                stemStride,
                scaled(widths, stemWidth, other),
                blocks,
                strides,
                activation,
                shortcut,
                headWidth,
                headConcat,
                earlyStages,
                zeroInitResidual);
    }

    /** Scales widths by {@code to / from}, each to at least 1. */
    static List<Integer> scaled(List<Integer> widths, int from, int to) {
        requireAtLeast("width", to, 1);
        return widths.stream()
                .map(width -> (int) Math.max(1, Math.round((double) width * to / from)))
                .toList();
    }

    private static void requireSameLength(List<Integer> widths, List<Integer> blocks, List<Integer> strides) {
        if (widths.isEmpty() || widths.size() != blocks.size() || widths.size() != strides.size()) {
            throw new MmcrException("expected widths, blocks and strides of one length, one entry per stage, found "
                    + widths + ", " + blocks + ", " + strides + "; give all three");
        }
    }

    private static void requireAtLeast(String what, int found, int least) {
        if (found < least) {
            throw new MmcrException("expected " + what + " of the encoder to be at least " + least + ", found " + found
                    + "; change it");
        }
    }
}
