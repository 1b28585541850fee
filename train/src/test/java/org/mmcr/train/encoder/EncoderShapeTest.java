package org.mmcr.train.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.core.MmcrException;
import org.mmcr.objective.PointerScopeExtension;
import org.mmcr.train.encoder.ResNetSpec.Depth;
import org.mmcr.train.encoder.ResNetSpec.Stem;

/** Names, shapes and counts of the residual networks against an independent statement of torchvision's rules. */
@ExtendWith(PointerScopeExtension.class)
class EncoderShapeTest {
    @ParameterizedTest
    @CsvSource({
        "RESNET18, 11176512",
        "RESNET34, 21284672",
        "RESNET50, 23508032",
        "RESNET101, 42500160",
        "RESNET152, 58143808",
        "WIDE_RESNET50_2, 66834240",
        "RESNEXT50_32X4D, 22979904",
        "RESNEXT101_32X8D, 86742336",
        "RESNEXT101_64X4D, 81406272"
    })
    void parameters_imagenetStem_countEqualsTorchvisionWithoutClassifier(Depth type, long expected) {
        Encoder encoder = ResNetSpec.imagenet(type).build(1);

        assertThat(encoder.parameters().values().stream()
                        .mapToLong(Tensor::numel)
                        .sum())
                .isEqualTo(expected);
        encoder.state().values().forEach(Tensor::close); // up to 350 MB
    }

    @ParameterizedTest
    @EnumSource(
            value = Depth.class,
            names = {"RESNET18", "RESNET34", "RESNET50"})
    void state_standardWidth_namesShapesAndOrderOfTorchvision(Depth type) {
        Encoder encoder = ResNetSpec.imagenet(type).build(1);

        List<String> actual = new ArrayList<>();
        encoder.state().forEach((name, tensor) -> actual.add(name + " " + TensorMaps.shape(tensor)));

        assertThat(actual).containsExactlyElementsOf(torchvisionState(type));
    }

    @Test
    void forward_cifarStem_keepsResolutionUntilSecondGroup() {
        Encoder encoder = new ResNetSpec(Depth.RESNET18, Stem.CIFAR, 8, false).build(1);

        assertThat(TensorMaps.shape(encoder.parameters().get("conv1.weight"))).containsExactly(8L, 3L, 3L, 3L);
        assertThat(TensorMaps.shape(encoder.forward(torch.randn(2, 3, 32, 32)))).containsExactly(2L, 64L);
    }

    @Test
    void forward_everyKindOfEncoder_givesFeaturesPerRow() {
        Map<EncoderSpec, long[]> cases = Map.of(
                new ResNetSpec(Depth.RESNET50, Stem.IMAGENET, 4, true),
                new long[] {3, 3, 64, 64},
                new ResNetSpec(Depth.RESNET34, Stem.CIFAR, 4, true),
                new long[] {3, 3, 16, 16},
                SmallConvNetSpec.standard(),
                new long[] {3, 3, 32, 32},
                new MlpSpec(10, List.of(20, 7), Activation.GELU),
                new long[] {3, 10});
        cases.forEach((spec, shape) -> {
            Encoder encoder = spec.build(5);
            Tensor features = encoder.forward(torch.randn(shape));
            assertThat(TensorMaps.shape(features)).containsExactly(3L, (long) encoder.features());
            assertThat(features.isfinite().all().item_bool()).isTrue();
        });
    }

    @Test
    void forward_wrongShape_reportsWhatWasExpected() {
        Encoder encoder = SmallConvNetSpec.standard().build(1);

        assertThatThrownBy(() -> encoder.forward(torch.randn(2, 1, 32, 32)))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("(B, 3, H, W)")
                .hasMessageContaining("float[2, 1, 32, 32]");
    }

    @Test
    void parameters_fastOfThreeResidualStages_areStemAndShortcutBlocks() {
        SmallConvNetSpec spec = new SmallConvNetSpec(
                32,
                3,
                1,
                List.of(64, 128, 256),
                List.of(1, 1, 1),
                List.of(2, 2, 2),
                Activation.RELU,
                SmallConvNetSpec.Shortcut.CONV,
                0,
                false,
                0,
                false);

        long expected = convNorm(3, 32, 3);
        int in = 32;
        for (int out : new int[] {64, 128, 256}) {
            expected += convNorm(in, out, 3) + convNorm(out, out, 3) + convNorm(in, out, 1);
            in = out;
        }
        assertThat(count(spec.build(1))).isEqualTo(expected);
    }

    @Test
    void parameters_fastStandard_areFivePlainConvolutions() {
        Encoder encoder = SmallConvNetSpec.standard().build(1);

        long expected = convNorm(3, 32, 3) + convNorm(32, 64, 3) + convNorm(64, 128, 3) + convNorm(128, 128, 3);
        expected += convNorm(128, 256, 3);
        assertThat(count(encoder)).isEqualTo(expected);
        assertThat(encoder.features()).isEqualTo(256);
    }

    @Test
    void forward_fastWithPoolShortcutHeadAndOddSide_fits() {
        SmallConvNetSpec spec = new SmallConvNetSpec(
                8,
                4,
                2,
                List.of(8, 16),
                List.of(2, 1),
                List.of(1, 2),
                Activation.SILU,
                SmallConvNetSpec.Shortcut.POOL,
                40,
                false,
                0,
                true);
        Encoder encoder = spec.build(1);
        assertThat(TensorMaps.shape(encoder.forward(torch.randn(2, 3, 26, 26)))).containsExactly(2L, 40L);
    }

    /** The same weights with and without concatenation: the last stage's mean is put before the head's. */
    @Test
    void fastEncoder_headConcat_putsTheLastStageBeforeTheHead() {
        Encoder alone = concatenated(false, 0).build(3);
        Encoder both = concatenated(true, 0).build(3);
        assertThat(both.features()).isEqualTo(16 + 40);
        Tensor x = torch.randn(2, 3, 17, 17);
        alone.eval();
        both.eval();
        Map<String, Tensor> stages = stages(alone, x);
        Tensor expected = torch.cat(new TensorVector(stages.get("stage2").mean(2, 3), stages.get("features")), 1);
        assertThat(torch.allclose(both.forward(x), expected)).isTrue();
        assertThat(both.earlyFeatures()).isZero();
    }

    /** Maps with an even and with an odd number of rows. Pooling changes no stage. */
    @ParameterizedTest
    @ValueSource(ints = {16, 17})
    void fastEncoder_earlyStages_putsTheirHalvesFirst(int side) {
        Encoder without = concatenated(true, 0).build(3);
        Encoder with = concatenated(true, 1).build(3);
        assertThat(with.earlyFeatures()).isEqualTo(2 * 8);
        assertThat(with.features()).isEqualTo(2 * 8 + 16 + 40);
        Tensor x = torch.randn(2, 3, side, side);
        without.eval();
        with.eval();
        Map<String, Tensor> stages = stages(without, x);
        Map<String, Tensor> found = stages(with, x);
        assertThat(found.keySet()).isEqualTo(stages.keySet());
        assertThat(found.get("head").equal(stages.get("head"))).isTrue();
        assertThat(stages.get("stage1").size(2)).isEqualTo(side == 16 ? 8 : 9);
        Tensor halves = torch.adaptive_avg_pool2d(stages.get("stage1"), 2, 1)
                .squeeze(3)
                .transpose(1, 2)
                .flatten(1, 2);
        Tensor expected = torch.cat(new TensorVector(halves, stages.get("features")), 1);
        assertThat(torch.allclose(found.get("features"), expected)).isTrue();
        assertThat(with.forward(x).equal(found.get("features"))).isTrue();
    }

    private static Map<String, Tensor> stages(Encoder encoder, Tensor x) {
        Map<String, Tensor> stages = new HashMap<>();
        encoder.forward(x, (name, output) -> stages.put(name, output.clone()));
        return stages;
    }

    @Test
    void fastEncoder_moreEarlyStagesThanThereAre_takesAll() {
        assertThat(concatenated(true, 5).build(3).earlyFeatures()).isEqualTo(2 * 8);
    }

    static SmallConvNetSpec concatenated(boolean concat, int earlyStages) {
        return new SmallConvNetSpec(
                8,
                3,
                2,
                List.of(8, 16),
                List.of(0, 0),
                List.of(1, 2),
                Activation.RELU,
                SmallConvNetSpec.Shortcut.CONV,
                40,
                concat,
                earlyStages,
                false);
    }

    @Test
    void create_impossibleShapes_fail() {
        assertThatThrownBy(() -> new MlpSpec(-1, List.of(3), Activation.RELU)).isInstanceOf(MmcrException.class);
        assertThatThrownBy(() -> new ProjectorSpec(List.of())).isInstanceOf(MmcrException.class);
        assertThatThrownBy(() -> new ResNetSpec(Depth.RESNET18, Stem.CIFAR, 0, false))
                .isInstanceOf(MmcrException.class);
    }

    private static long count(Encoder encoder) {
        return encoder.parameters().values().stream().mapToLong(Tensor::numel).sum();
    }

    private static long convNorm(int in, int out, int kernel) {
        return (long) in * out * kernel * kernel + 2L * out;
    }

    private static List<String> torchvisionState(Depth type) {
        boolean deep = type == Depth.RESNET50;
        int[] blocks = type == Depth.RESNET18 ? new int[] {2, 2, 2, 2} : new int[] {3, 4, 6, 3};
        List<String> expected = new ArrayList<>();
        add(expected, "conv1", "bn1", 3, 64, 7);
        int in = 64;
        for (int group = 0; group < 4; group++) {
            int width = 64 << group;
            int out = deep ? 4 * width : width;
            for (int block = 0; block < blocks[group]; block++) {
                String at = "layer" + (group + 1) + "." + block + ".";
                add(expected, at + "conv1", at + "bn1", in, width, deep ? 1 : 3);
                add(expected, at + "conv2", at + "bn2", width, width, 3);
                if (deep) {
                    add(expected, at + "conv3", at + "bn3", width, out, 1);
                }
                if (block == 0 && (deep || group > 0)) {
                    add(expected, at + "downsample.0", at + "downsample.1", in, out, 1);
                }
                in = out;
            }
        }
        return expected;
    }

    private static void add(List<String> expected, String conv, String norm, int in, int out, int kernel) {
        expected.add(conv + ".weight [" + out + ", " + in + ", " + kernel + ", " + kernel + "]");
        for (String vector : List.of("weight", "bias", "running_mean", "running_var")) {
            expected.add(norm + "." + vector + " [" + out + "]");
        }
        expected.add(norm + ".num_batches_tracked []");
    }
}
