package org.mmcr.train.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mmcr.objective.PointerScopeExtension;

@ExtendWith(PointerScopeExtension.class)
class StagesTest {
    static Stream<Arguments> encoders() {
        return Stream.of(
                Arguments.of(
                        new ResNetSpec(ResNetSpec.Depth.RESNET18, ResNetSpec.Stem.CIFAR, 8, false),
                        List.of("input", "stem", "stage1", "stage2", "stage3", "stage4", "features")),
                Arguments.of(
                        SmallConvNetSpec.standard(),
                        List.of("input", "stem", "stage1", "stage2", "stage3", "stage4", "features")),
                Arguments.of(
                        new ConvNextSpec(ConvNextSpec.Scale.CONVNEXT_TINY, TensorNames.TIMM, 4, 4, 0.5, 0),
                        List.of("input", "stem", "stage1", "stage2", "stage3", "stage4", "features")),
                Arguments.of(
                        VisionTransformerSpec.small(VisionTransformerSpec.Scale.VIT_TINY)
                                .withWidth(6),
                        Stream.of(
                                        Stream.of("input", "stem"),
                                        IntStream.rangeClosed(1, 12).mapToObj(block -> "block" + block),
                                        Stream.of("features"))
                                .flatMap(names -> names)
                                .toList()),
                Arguments.of(
                        new MlpSpec(12, List.of(8, 5), Activation.GELU),
                        List.of("input", "layer1", "layer2", "features")));
    }

    /**
     * The listener is called once per stage, in order; later stages do not modify its tensors; the features equal
     * those of {@code forward}.
     */
    @ParameterizedTest
    @MethodSource("encoders")
    void forward_heard_namesEveryStage(EncoderSpec spec, List<String> expected) {
        Encoder encoder = spec.build(3);
        encoder.eval();
        try (NoGradGuard guard = new NoGradGuard()) {
            Tensor x = encoder.rank() == 4 ? torch.rand(2, 3, 32, 32) : torch.rand(2, encoder.inputs());
            Map<String, Tensor> outputs = new LinkedHashMap<>();
            Map<String, Tensor> copies = new LinkedHashMap<>();
            Tensor features = encoder.forward(x, (name, output) -> {
                outputs.put(name, output);
                copies.put(name, output.clone());
            });
            List<String> names = new ArrayList<>(outputs.keySet());
            assertThat(names.stream().filter(name -> !name.equals("head")).toList())
                    .isEqualTo(expected);
            outputs.forEach((name, output) ->
                    assertThat(torch.equal(output, copies.get(name))).as(name).isTrue());
            assertThat(torch.equal(features, encoder.forward(x))).isTrue();
            assertThat(outputs.get("features").sizes().vec().get()).containsExactly(2, encoder.features());
        }
    }

    @Test
    void embed_withAListener_endsWithTheProjector() {
        EmbeddingModel model = EmbeddingModel.create(
                new MlpSpec(12, List.of(8, 5), Activation.GELU), new ProjectorSpec(List.of(7, 4)), 1);
        model.train(false);
        try (NoGradGuard guard = new NoGradGuard()) {
            List<String> names = new ArrayList<>();
            Tensor x = torch.rand(3, 12);
            Tensor embeddings = model.embed(x, (name, output) -> names.add(name));
            assertThat(names).containsExactly("input", "layer1", "layer2", "features", "projector");
            assertThat(torch.equal(embeddings, model.embed(x))).isTrue();
        }
    }
}
