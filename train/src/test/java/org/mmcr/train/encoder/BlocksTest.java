package org.mmcr.train.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mmcr.core.MmcrException;
import org.mmcr.data.Modality;

/** Blocks of every kind of network: their names, freezing them, and their learning rates. */
class BlocksTest {
    private static final ProjectorSpec PROJECTOR = new ProjectorSpec(List.of(6, 4));

    static Stream<Arguments> networks() {
        return Stream.of(
                Arguments.of(
                        ResNetSpec.cifar(ResNetSpec.Depth.RESNET18).withWidth(4),
                        "stem stage1.block1 stage1.block2 stage2.block1 stage2.block2 stage3.block1 stage3.block2"
                                + " stage4.block1 stage4.block2 projector",
                        "stage1"),
                Arguments.of(
                        VisionTransformerSpec.small(VisionTransformerSpec.Scale.VIT_TINY)
                                .withWidth(12),
                        "stem block1 block2 block3 block4 block5 block6 block7 block8 block9 block10 block11 block12"
                                + " norm projector",
                        "block[1-3]"),
                Arguments.of(
                        ConvNextSpec.of(ConvNextSpec.Scale.CONVNEXT_TINY, TensorNames.TIMM)
                                .withWidth(4),
                        "stem stage1.block1 stage1.block2 stage1.block3 stage2.block1 stage2.block2 stage2.block3"
                                + " stage3.block1 stage3.block2 stage3.block3 stage3.block4 stage3.block5"
                                + " stage3.block6 stage3.block7 stage3.block8 stage3.block9 stage4.block1"
                                + " stage4.block2 stage4.block3 norm projector",
                        "stage2.block2"),
                Arguments.of(
                        SmallConvNetSpec.standard().withWidth(4),
                        "stem stage1 stage2 stage3 stage4 projector",
                        "stage1"),
                Arguments.of(new MlpSpec(12, List.of(8, 5), Activation.GELU), "layer1 layer2 projector", "layer1"));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void freeze_someBlocks_leavesThemWithoutGradientAndStatisticsUnchanged(
            EncoderSpec spec, String names, String pattern) {
        EmbeddingModel model = EmbeddingModel.create(spec, PROJECTOR, 1);
        Blocks blocks = model.blocks();
        assertThat(String.join(" ", blocks.names())).isEqualTo(names);
        assertThat(blocks.of().keySet())
                .containsExactlyElementsOf(model.parameters().keySet());
        List<String> frozen = model.freeze(List.of(pattern));
        assertThat(frozen).isNotEmpty().isEqualTo(blocks.matching(List.of(pattern)));
        Map<String, Double> before = statistics(model);
        try (PointerScope scope = new PointerScope()) {
            Tensor x = spec instanceof MlpSpec ? torch.randn(6, 12) : torch.randn(6, 3, 32, 32);
            model.embed(x).square().sum().backward();
        }
        blocks.of().forEach((name, block) -> {
            try (PointerScope scope = new PointerScope()) {
                assertThat(model.parameters().get(name).grad().defined())
                        .as(name)
                        .isEqualTo(!frozen.contains(block));
            }
        });
        assertThat(model.trained()).hasSizeLessThan(model.parameters().size());
        Map<String, Double> after = statistics(model);
        before.forEach((name, sum) -> {
            String owner = blocks.of().get(name.replaceFirst("running_mean$", "weight"));
            if (frozen.contains(owner)) {
                assertThat(after.get(name)).as(name).isEqualTo(sum);
            } else {
                assertThat(after.get(name)).as(name).isNotEqualTo(sum);
            }
        });
        assertThat(model.copy().trained().keySet()).isEqualTo(model.trained().keySet());
    }

    private static Map<String, Double> statistics(EmbeddingModel model) {
        Map<String, Double> sums = new HashMap<>();
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            model.buffers().forEach((name, buffer) -> {
                if (name.endsWith("running_mean")) {
                    sums.put(name, buffer.square().sum().item_double());
                }
            });
        }
        return sums;
    }

    @ParameterizedTest
    @MethodSource("networks")
    void decayed_ofEveryNetwork_isThePowerOfTheDepth(EncoderSpec spec, String names, String pattern) {
        EmbeddingModel model = EmbeddingModel.create(spec, PROJECTOR, 1);
        List<String> tower = model.blocks().names().stream()
                .filter(name -> !name.equals("norm") && !name.equals("projector"))
                .toList();
        ToDoubleFunction<String> rates = model.blocks().decayed(0.7);
        model.blocks().of().forEach((parameter, block) -> {
            double expected = tower.contains(block) ? Math.pow(0.7, tower.size() - tower.indexOf(block)) : 1;
            assertThat(rates.applyAsDouble(parameter)).as(parameter).isCloseTo(expected, within(1e-15));
        });
        assertThat(rates.applyAsDouble("projector.0.weight")).isEqualTo(1);
    }

    @Test
    void decayed_ofTowers_countsTheDepthInEachOfThem() {
        TowersSpec towers =
                new TowersSpec(List.of(new Modality("a", 3), new Modality("b", 2)), List.of(8, 6, 5), Activation.GELU);
        ToDoubleFunction<String> rates =
                EmbeddingModel.create(towers, PROJECTOR, 1).blocks().decayed(0.5);
        for (String modality : List.of("encoder.modality0.", "encoder.modality1.")) {
            assertThat(rates.applyAsDouble(modality + "layer3.linear.weight")).isEqualTo(0.5);
            assertThat(rates.applyAsDouble(modality + "layer2.bn.bias")).isEqualTo(0.25);
            assertThat(rates.applyAsDouble(modality + "layer1.linear.weight")).isEqualTo(0.125);
        }
        assertThat(rates.applyAsDouble("projector.0.weight")).isEqualTo(1);
        assertThat(rates.applyAsDouble("of no block")).isEqualTo(1);
    }

    @Test
    void matching_stagesEncoderAndWildcards_findsThemInOrder() {
        Blocks blocks = EmbeddingModel.create(
                        ResNetSpec.cifar(ResNetSpec.Depth.RESNET18).withWidth(4), PROJECTOR, 1)
                .blocks();
        assertThat(blocks.matching(List.of("stage4", "stem")))
                .containsExactly("stem", "stage4.block1", "stage4.block2");
        assertThat(blocks.matching(List.of("stage[12].block1"))).containsExactly("stage1.block1", "stage2.block1");
        assertThat(blocks.matching(List.of("encoder"))).hasSize(9).doesNotContain("projector");
        assertThat(blocks.matching(List.of("*"))).hasSize(10);
        assertThat(blocks.matching(List.of())).isEmpty();
    }

    @Test
    void matching_nothing_listsTheNames() {
        EmbeddingModel model = EmbeddingModel.create(new MlpSpec(12, List.of(8, 5), Activation.GELU), PROJECTOR, 1);
        for (String wrong : List.of("stage1", "", "[", "layer")) {
            assertThatThrownBy(() -> model.freeze(List.of("layer1", wrong)))
                    .isInstanceOf(MmcrException.class)
                    .hasMessageContaining("found '" + wrong + "'")
                    .hasMessageContaining("layer1, layer2, projector");
        }
        assertThatThrownBy(() -> model.freeze(List.of("encoder", "projector"))).hasMessageContaining("all frozen");
    }
}
