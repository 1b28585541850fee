package org.mmcr.train.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.mmcr.core.MmcrException;
import org.mmcr.train.encoder.AdapterSpec.Targets;

/** Low-rank adapters: their layers, their gradients against those of the merged network, and merging. */
class AdapterTest {
    private static final int WIDTH = 12;
    private static final ProjectorSpec PROJECTOR = new ProjectorSpec(List.of(6, 4));

    private static EmbeddingModel model(TensorNames names) {
        return EmbeddingModel.create(
                VisionTransformerSpec.of(VisionTransformerSpec.Scale.VIT_TINY, names, 8, 4)
                        .withWidth(WIDTH),
                PROJECTOR,
                1);
    }

    private static void randomise(Map<String, Tensor> tensors) {
        try (NoGradGuard guard = new NoGradGuard()) {
            torch.manual_seed(3);
            tensors.values().forEach(tensor -> tensor.normal_(0, 0.3, null));
        }
    }

    private static double difference(Tensor x, Tensor y) {
        return x.sub(y).abs().max().item_double() / y.abs().max().item_double();
    }

    @ParameterizedTest
    @EnumSource(TensorNames.class)
    void adapt_inEverySpelling_changesNothingAtFirstAndMergesToTheSameOutput(TensorNames names) {
        try (PointerScope scope = new PointerScope()) {
            EmbeddingModel model = model(names);
            model.train(false);
            torch.manual_seed(7);
            Tensor x = torch.randn(5, 3, 8, 8);
            Tensor plain = model.embed(x).detach();
            List<String> before = List.copyOf(model.state().keySet());
            model.adapt(new AdapterSpec(2, 6, Targets.ALL, false));
            assertThat(difference(model.embed(x), plain)).isZero();

            randomise(model.adapterParameters());
            EmbeddingModel copy = model.copy();
            Tensor adapted = model.embed(x).detach();
            assertThat(difference(adapted, plain)).isGreaterThan(0.05);
            assertThat(difference(copy.embed(x), adapted)).isZero();
            model.mergeAdapters();
            assertThat(model.state().keySet()).containsExactlyElementsOf(before);
            assertThat(model.blocks().of().keySet())
                    .isEqualTo(model.parameters().keySet());
            assertThat(model.trained()).hasSameSizeAs(model.parameters());
            assertThat(model.adapters()).isEqualTo(AdapterSpec.none());
            assertThat(difference(model.embed(x), adapted)).isLessThan(5e-5);
        }
    }

    /** With W' = W + s B A: dL/dB = s dL/dW' A^T, dL/dA = s B^T dL/dW'. */
    @Test
    void backward_throughAdapters_isTheGradientOfTheMergedWeights() {
        try (PointerScope scope = new PointerScope()) {
            EmbeddingModel adapted = model(TensorNames.TIMM);
            adapted.train(false); // in training mode batch-norm makes the gradient of the last shift zero
            AdapterSpec spec = new AdapterSpec(3, 6, Targets.ALL, true);
            adapted.adapt(spec);
            randomise(adapted.adapterParameters());
            EmbeddingModel merged = adapted.copy();
            merged.mergeAdapters();
            Tensor x = torch.randn(5, 3, 8, 8);
            Tensor direction = torch.randn(5, 4);
            adapted.embed(x).mul(direction).sum().backward();
            merged.embed(x).mul(direction).sum().backward();
            int checked = 0;
            for (String name : merged.parameters().keySet()) {
                Tensor whole = merged.parameters().get(name).grad();
                Tensor own = adapted.parameters().get(name).grad();
                if (adapted.parameters().containsKey(name + LowRankAdapter.A)) {
                    Tensor a = adapted.parameters().get(name + LowRankAdapter.A);
                    Tensor b = adapted.parameters().get(name + LowRankAdapter.B);
                    Scalar scale = new Scalar(2);
                    assertThat(difference(a.grad(), b.t().matmul(whole).mul(scale)))
                            .as(name)
                            .isLessThan(1e-4);
                    assertThat(difference(b.grad(), whole.matmul(a.t()).mul(scale)))
                            .as(name)
                            .isLessThan(1e-4);
                    checked++;
                }
                boolean trained = name.contains("norm") || name.startsWith("projector");
                assertThat(own.defined()).as(name).isEqualTo(trained);
                if (trained) {
                    assertThat(difference(own, whole)).as(name).isLessThan(1e-4);
                }
            }
            assertThat(checked).isEqualTo(12 * 4);
        }
    }

    @ParameterizedTest
    @CsvSource({"QKV, 1", "ATTENTION, 2", "ALL, 4"})
    void adapt_targets_selectTheLayersOfEachBlock(Targets targets, int layers) {
        EmbeddingModel model = model(TensorNames.TIMM);
        model.adapt(new AdapterSpec(2, 0, targets, false));
        assertThat(model.adapterParameters()).hasSize(2 * 12 * layers);
        assertThat(model.trained().keySet())
                .allMatch(name -> name.contains(".lora_") || name.startsWith("projector."))
                .filteredOn(name -> name.contains(".lora_"))
                .hasSize(2 * 12 * layers);
        model.freeze(List.of("block[1-9]"));
        assertThat(model.trained().keySet().stream().filter(name -> name.contains(".lora_")))
                .hasSize(2 * 3 * layers)
                .allMatch(name -> name.matches("encoder\\.blocks\\.(9|10|11)\\..*"));
    }

    @Test
    void adapt_sameSeed_drawsTheSameNumbersOfTheStatedSpread() {
        try (PointerScope scope = new PointerScope()) {
            EmbeddingModel first = model(TensorNames.TIMM);
            EmbeddingModel second = model(TensorNames.TIMM);
            first.adapt(AdapterSpec.ofRank(8));
            second.adapt(AdapterSpec.ofRank(8));
            first.adapterParameters().forEach((name, values) -> {
                assertThat(values.equal(second.adapterParameters().get(name)))
                        .as(name)
                        .isTrue();
                double spread = values.square().mean().sqrt().item_double();
                assertThat(spread)
                        .as(name)
                        .isCloseTo(name.endsWith("a") ? 1 / Math.sqrt(WIDTH) : 0, within(0.25 / Math.sqrt(WIDTH)));
            });
        }
    }

    @Test
    void adapt_networkWithoutAttentionOrTooHighARank_fails() {
        for (EncoderSpec spec : List.of(
                SmallConvNetSpec.standard(),
                ConvNextSpec.of(ConvNextSpec.Scale.CONVNEXT_TINY, TensorNames.TIMM)
                        .withWidth(4),
                new MlpSpec(12, List.of(8, 5), Activation.GELU))) {
            assertThatThrownBy(() -> EmbeddingModel.create(spec, PROJECTOR, 1).adapt(AdapterSpec.ofRank(2)))
                    .isInstanceOf(MmcrException.class)
                    .hasMessageContaining("with attention")
                    .hasMessageContaining("--freeze");
        }
        assertThatThrownBy(() -> model(TensorNames.TIMM).adapt(AdapterSpec.ofRank(WIDTH + 1)))
                .hasMessageContaining("at most 12")
                .hasMessageContaining("found 13");
        assertThatThrownBy(() -> AdapterSpec.ofRank(-1)).hasMessageContaining("found rank -1");
        assertThatThrownBy(() -> new AdapterSpec(2, Double.NaN, Targets.QKV, false))
                .hasMessageContaining("NaN");
    }
}
