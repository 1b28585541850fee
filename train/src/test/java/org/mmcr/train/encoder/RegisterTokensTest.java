package org.mmcr.train.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.train.encoder.VisionTransformerSpec.Scale;

/**
 * Networks whose class token and registers have positions, against timm's network with registers, which has none there
 * and is compared with timm's outputs: a token with its position added is a token without one.
 */
class RegisterTokensTest {
    private static final int WIDTH = 12;

    private static VisionTransformerSpec spec(TensorNames names, int registers, TokenPool pool) {
        VisionTransformerSpec plain = VisionTransformerSpec.of(Scale.VIT_TINY, names, 16, 4)
                .withWidth(WIDTH)
                .withPool(pool);
        return plain.withLayerScale(registers > 1 ? 0.5 : 0, registers);
    }

    private static Encoder built(VisionTransformerSpec spec, long seed) {
        Encoder encoder = spec.build(seed);
        encoder.eval();
        try (NoGradGuard guard = new NoGradGuard()) {
            encoder.state().values().forEach(tensor -> tensor.normal_(0, 0.4, null));
        }
        return encoder;
    }

    private static Tensor rows(Tensor x, int from, int count) {
        return x.narrow(1, from, count);
    }

    private static double difference(Tensor found, Tensor expected) {
        return found.sub(expected).abs().max().item_double()
                / expected.abs().max().item_double();
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 24})
    void forward_registersOfTransformers_equalThoseOfTimm(int size) {
        for (TokenPool pool : TokenPool.values()) {
            try (PointerScope scope = new PointerScope();
                    NoGradGuard guard = new NoGradGuard()) {
                Encoder twin = built(spec(TensorNames.TRANSFORMERS_DINOV2, 4, pool), 1);
                Encoder timm = built(spec(TensorNames.TIMM, 4, pool), 2);
                Map<String, Tensor> from = twin.state();
                Map<String, Tensor> values = new LinkedHashMap<>();
                Tensor positions = from.get("embeddings.position_embeddings");
                values.put("cls_token", from.get("embeddings.cls_token").add(rows(positions, 0, 1)));
                values.put("reg_token", from.get("embeddings.register_tokens"));
                values.put("pos_embed", rows(positions, 1, 16));
                for (String end : new String[] {".weight", ".bias"}) {
                    values.put("patch_embed.proj" + end, from.get("embeddings.patch_embeddings.projection" + end));
                    values.put("norm" + end, from.get("layernorm" + end));
                }
                for (int i = 0; i < 12; i++) {
                    copyBlock(from, "encoder.layer." + i + ".", values, "blocks." + i + ".");
                }
                TensorMaps.copy(values, timm.state(), "twin");
                Tensor x = torch.randn(2, 3, size, size);
                assertThat(difference(twin.forward(x), timm.forward(x))).isLessThan(1e-5);
            }
        }
    }

    private static void copyBlock(Map<String, Tensor> from, String source, Map<String, Tensor> to, String target) {
        for (String end : new String[] {".weight", ".bias"}) {
            for (String same : new String[] {"norm1", "norm2", "mlp.fc1", "mlp.fc2"}) {
                to.put(target + same + end, from.get(source + same + end));
            }
            String attention = source + "attention.attention.";
            to.put(
                    target + "attn.qkv" + end,
                    torch.cat(
                            new TensorVector(
                                    from.get(attention + "query" + end),
                                    from.get(attention + "key" + end),
                                    from.get(attention + "value" + end)),
                            0));
            to.put(target + "attn.proj" + end, from.get(source + "attention.output.dense" + end));
        }
        to.put(target + "ls1.gamma", from.get(source + "layer_scale1.lambda1"));
        to.put(target + "ls2.gamma", from.get(source + "layer_scale2.lambda1"));
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 24})
    void forward_distilled_equalsTheNetworkWithItsTokensAsRegisters(int size) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Encoder distilled = built(spec(TensorNames.TIMM_DISTILLED, 1, TokenPool.CLS), 1);
            Encoder mean = spec(TensorNames.TIMM_DISTILLED, 1, TokenPool.MEAN).build(1);
            mean.eval();
            TensorMaps.copy(distilled.state(), mean.state(), "twin");
            Encoder timm = built(spec(TensorNames.TIMM, 1, TokenPool.MEAN), 2);
            Map<String, Tensor> values = new LinkedHashMap<>(distilled.state());
            Tensor positions = values.get("pos_embed");
            values.put("cls_token", values.get("cls_token").add(rows(positions, 0, 1)));
            values.put("reg_token", values.remove("dist_token").add(rows(positions, 1, 1)));
            values.put("pos_embed", rows(positions, 2, 16));
            TensorMaps.copy(values, timm.state(), "twin");
            Tensor x = torch.randn(2, 3, size, size);
            assertThat(difference(mean.forward(x), timm.forward(x))).isLessThan(1e-5);
            Tensor tokens = x;
            for (Layers.Layer layer :
                    timm.layers.layers().subList(0, timm.layers.layers().size() - 1)) {
                tokens = layer.forward(tokens);
            }
            Tensor expected = tokens.select(1, 0).add(tokens.select(1, 1)).div(new Scalar(2));
            assertThat(difference(distilled.forward(x), expected)).isLessThan(1e-5);
        }
    }

    @Test
    void of_tensorsOfPublishedNetworks_recognisesThem() {
        for (String name : new String[] {"dinov2-with-registers-small", "deit_tiny_distilled_patch16_224"}) {
            EncoderSpec spec = Architectures.published(name);
            Map<String, List<Long>> shapes = new LinkedHashMap<>();
            Encoder encoder = spec.build(1);
            encoder.state().forEach((tensor, values) -> shapes.put("model." + tensor, TensorMaps.shape(values)));
            encoder.state().values().forEach(Tensor::close);
            assertThat(ArchitectureGuess.of(shapes)).contains(spec);
            assertThat(Architectures.nameOf(spec)).isEqualTo(name);
        }
        assertThatThrownBy(() -> VisionTransformerSpec.of(Scale.VIT_TINY, TensorNames.TORCHVISION, 16, 4)
                        .withLayerScale(0, 2))
                .hasMessageContaining("found 2");
    }
}
