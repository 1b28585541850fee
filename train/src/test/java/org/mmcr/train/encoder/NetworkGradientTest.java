package org.mmcr.train.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mmcr.objective.PointerScopeExtension;
import org.mmcr.train.encoder.VisionTransformerSpec.Scale;

/** Gradients of small transformers and ConvNeXts, and their stochastic depth. */
@ExtendWith(PointerScopeExtension.class)
class NetworkGradientTest {
    private static final double STEP = 1e-5;

    private static VisionTransformerSpec transformer(
            TensorNames names, Activation activation, int registers, TokenPool pool, double dropPath) {
        return new VisionTransformerSpec(
                Scale.VIT_TINY, names, 16, 4, 6, activation, 1e-6, 0.7, registers, pool, dropPath);
    }

    static Stream<EncoderSpec> networks() {
        return Stream.of(
                transformer(TensorNames.TIMM, Activation.GELU, 2, TokenPool.MEAN, 0.3),
                transformer(TensorNames.TORCHVISION, Activation.GELU, 0, TokenPool.CLS, 0),
                transformer(TensorNames.TRANSFORMERS_DINOV2, Activation.GELU, 0, TokenPool.CLS, 0),
                transformer(TensorNames.OPEN_CLIP, Activation.QUICK_GELU, 0, TokenPool.MEAN, 0),
                new ConvNextSpec(ConvNextSpec.Scale.CONVNEXT_TINY, TensorNames.TORCHVISION, 2, 4, 0.6, 0.2));
    }

    /**
     * The derivative along a random direction of the tensors of one kind in all blocks, in float64, on pictures of
     * another size than that of the positions.
     */
    @ParameterizedTest
    @MethodSource("networks")
    void backward_everyKindOfTensor_equalsFiniteDifferences(EncoderSpec spec) {
        Encoder encoder = spec.build(3);
        torch.manual_seed(5);
        try (NoGradGuard guard = new NoGradGuard()) {
            for (Tensor tensor : encoder.parameters().values()) {
                tensor.set_data(tensor.detach().to(ScalarType.Double).add(torch.randn_like(tensor), new Scalar(0.1)));
            }
        }
        Tensor x = torch.randn(3, 3, 24, 24).to(ScalarType.Double).contiguous(MemoryFormat.ChannelsLast);
        Tensor target = torch.randn(3, encoder.features()).to(ScalarType.Double);
        encoder.layers.forward(x).mul(target).sum().backward();
        Map<String, List<Tensor>> kinds = new TreeMap<>();
        encoder.parameters().forEach((name, tensor) -> kinds.computeIfAbsent(
                        name.replaceAll("\\d+", "N"), kind -> new ArrayList<>())
                .add(tensor));
        kinds.forEach((kind, tensors) -> {
            try (PointerScope scope = new PointerScope();
                    NoGradGuard guard = new NoGradGuard()) {
                List<Tensor> directions = tensors.stream().map(torch::randn_like).toList();
                double along = 0;
                double size = 0;
                for (int i = 0; i < tensors.size(); i++) {
                    Tensor gradient = tensors.get(i).grad();
                    assertThat(gradient.defined()).as(kind).isTrue();
                    along += gradient.mul(directions.get(i)).sum().item_double();
                    size += gradient.norm().item_double() * directions.get(i).norm().item_double();
                }
                double after = moved(encoder, x, target, tensors, directions, STEP);
                double before = moved(encoder, x, target, tensors, directions, -STEP);
                double numeric = (after - before) / (2 * STEP);
                assertThat(Math.abs(along - numeric)).as(kind).isLessThan(1e-6 * size + 1e-8);
            }
        });
    }

    private static double moved(
            Encoder encoder, Tensor x, Tensor target, List<Tensor> tensors, List<Tensor> directions, double step) {
        for (int i = 0; i < tensors.size(); i++) {
            tensors.get(i).add_(directions.get(i), new Scalar(step));
        }
        double value = encoder.layers.forward(x).mul(target).sum().item_double();
        for (int i = 0; i < tensors.size(); i++) {
            tensors.get(i).sub_(directions.get(i), new Scalar(step));
        }
        return value;
    }

    @Test
    void apply_training_skipsTheGivenFractionAndKeepsTheMean() {
        ParameterTable table = new ParameterTable(1);
        long[] keys = new long[20_000];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = 1000L * i;
        }
        table.rowKeys(keys);
        StochasticDepth drop = StochasticDepth.rising(table, 0.4, 3, 4);
        Tensor once = drop.apply(torch.ones(keys.length, 1));
        assertThat(once.count_nonzero().item_long()).isBetween(11_600L, 12_400L);
        assertThat(once.max().item_double()).isEqualTo((float) (1 / 0.6));
        assertThat(drop.apply(torch.ones(keys.length, 1)).equal(once)).isTrue();
        assertThat(drop.second().apply(torch.ones(keys.length, 1)).equal(once)).isFalse();
        table.train(false);
        Tensor x = torch.ones(2, 3, 4);
        assertThat(drop.apply(x)).isSameAs(x);
        table.train(true);
        assertThat(StochasticDepth.rising(table, 0.4, 0, 4).apply(x)).isSameAs(x);
    }

    @Test
    void forward_rowsInAnotherOrder_skipTheSameBranches() {
        VisionTransformerSpec spec = transformer(TensorNames.TIMM, Activation.GELU, 0, TokenPool.CLS, 0.5);
        Encoder encoder = spec.build(3);
        Tensor x = torch.randn(4, 3, 16, 16);
        encoder.table.rowKeys(new long[] {11, 22, 33, 44});
        Tensor all = encoder.forward(x);
        encoder.table.rowKeys(new long[] {33, 44});
        Tensor part = encoder.forward(x.narrow(0, 2, 2));
        assertThat(all.narrow(0, 2, 2).sub(part).abs().max().item_double()).isLessThan(1e-5);
        encoder.eval();
        assertThat(encoder.forward(x).sub(all).abs().max().item_double()).isGreaterThan(1e-3);
    }

    @Test
    void forward_pictureOfNoWholePatches_saysWhichSizeFits() {
        Encoder encoder = transformer(TensorNames.TIMM, Activation.GELU, 0, TokenPool.CLS, 0).build(1);
        assertThat(List.of(18, 3)).allSatisfy(side -> assertThatThrownBy(
                        () -> encoder.forward(torch.randn(1, 3, side, side)))
                .hasMessageContaining("multiples of the patch of 4 pixels, found " + side));
    }
}
