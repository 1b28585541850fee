package org.mmcr.train.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mmcr.train.optim.AdamWSpec;
import org.mmcr.train.optim.Optimizer;

/** Every public network, narrow and for small pictures: it takes the weights of another one, and a training step. */
@Tag("long")
class ArchitecturesTest {
    /** The networks by one of their names; several names stand for the same narrow network. */
    static Stream<Map.Entry<String, EncoderSpec>> networks() {
        Map<EncoderSpec, String> names = new LinkedHashMap<>();
        Architectures.names().forEach(name -> names.putIfAbsent(narrow(Architectures.published(name)), name));
        return names.entrySet().stream().map(entry -> Map.entry(entry.getValue(), entry.getKey()));
    }

    private static EncoderSpec narrow(EncoderSpec published) {
        return published instanceof VisionTransformerSpec vit
                ? vit.withSize(2 * vit.patch()).withWidth(vit.type().heads())
                : published.withWidth(4);
    }

    private static int side(EncoderSpec spec) {
        return spec instanceof VisionTransformerSpec vit ? 2 * vit.patch() : 32;
    }

    @ParameterizedTest
    @MethodSource("networks")
    void update_ofEveryNetwork_takesAStepFromGivenWeights(Map.Entry<String, EncoderSpec> network) {
        EncoderSpec spec = network.getValue();
        ProjectorSpec projector = new ProjectorSpec(List.of(6, 4));
        EmbeddingModel source = EmbeddingModel.create(spec, projector, 1);
        EmbeddingModel model = EmbeddingModel.create(spec, projector, 2);
        model.copyFrom(source);
        Optimizer optimizer = new AdamWSpec(0.01, 0.9, 0.999, 1e-8, 0).build(model.trained());
        try (PointerScope scope = new PointerScope()) {
            torch.manual_seed(1);
            Tensor x = torch.randn(4, 3, side(spec), side(spec));
            Tensor direction = torch.randn(4, 4);
            Tensor loss = model.embed(x).mul(direction).sum();
            assertThat(Double.isFinite(loss.item_double())).isTrue();
            loss.backward();
            model.parameters().forEach((name, parameter) -> {
                assertThat(parameter.grad().defined()).as(name).isTrue();
                assertThat(parameter.grad().isfinite().all().item_bool())
                        .as(name)
                        .isTrue();
            });
            optimizer.step(1);
            long moved = model.parameters().entrySet().stream()
                    .filter(entry -> !entry.getValue().equal(source.parameters().get(entry.getKey())))
                    .count();
            assertThat(moved).isGreaterThan(model.parameters().size() / 2);
        }
    }
}
