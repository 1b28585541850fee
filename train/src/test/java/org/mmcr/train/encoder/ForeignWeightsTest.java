package org.mmcr.train.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.core.MmcrException;
import org.mmcr.objective.PointerScopeExtension;
import org.mmcr.train.encoder.ResNetSpec.Depth;
import org.mmcr.train.encoder.ResNetSpec.Stem;
import org.mmcr.train.encoder.VisionTransformerSpec.Scale;

/** Files of weights as other programs write them: prefixes, spellings, number types, several files, pickles. */
@ExtendWith(PointerScopeExtension.class)
class ForeignWeightsTest {
    private static final ResNetSpec SPEC = new ResNetSpec(Depth.RESNET18, Stem.CIFAR, 4, false);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "module.",
                "backbone.",
                "encoder.",
                "module.encoder_q.",
                "student.backbone.",
                "_orig_mod.module.",
                "model.",
                "anything.else."
            })
    void copyInto_prefixedNames_areMappedAndReported(String prefix) throws IOException {
        Encoder saved = SPEC.build(1);
        Map<String, Tensor> tensors = renamed(saved, name -> prefix + name);
        tensors.put(prefix + "fc.0.weight", torch.zeros(2, 2));
        tensors.put("queue", torch.zeros(3));
        try (EncoderWeights weights = EncoderWeights.open(write(tensors))) {
            EncoderWeights.Network network = weights.network(NetworkChoice.fromFile());
            assertThat(network.spec()).isEqualTo(SPEC);
            assertThat(network.remarks()).singleElement().asString().contains("resnet18");
            Encoder fresh = network.spec().build(2);
            weights.copyInto(fresh);
            assertSame(saved, fresh);
            assertThat(weights.remarks(fresh)).hasSize(2);
            assertThat(weights.remarks(fresh).get(0)).contains("prefix " + prefix + " removed from 120 tensors");
            assertThat(weights.remarks(fresh).get(1)).endsWith("2 tensors: " + prefix + "fc.0.weight, queue");
        }
    }

    @Test
    void copyInto_twoCopiesOfTheNetwork_takesTheTrainedOneAndCountsTheOther() throws IOException {
        Encoder saved = SPEC.build(1);
        Map<String, Tensor> tensors = renamed(SPEC.build(7), name -> "encoder_k." + name);
        tensors.putAll(renamed(saved, name -> "encoder_q." + name));
        try (EncoderWeights weights = EncoderWeights.open(write(tensors))) {
            Encoder fresh = SPEC.build(2);
            weights.copyInto(fresh);
            assertSame(saved, fresh);
            assertThat(weights.remarks(fresh).get(1)).endsWith("120 tensors: encoder_k.* (120)");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = WeightMatch.Spelling.class,
            names = {"SEQUENTIAL", "SEQUENTIAL_WITHOUT_POOL"})
    void copyInto_numberedLayers_areMappedAndReported(WeightMatch.Spelling spelling) throws IOException {
        Encoder saved = SPEC.build(1);
        try (EncoderWeights weights =
                EncoderWeights.open(write(renamed(saved, name -> "backbone." + spelling.of(name))))) {
            Encoder fresh = weights.network(NetworkChoice.fromFile()).spec().build(2);
            weights.copyInto(fresh);
            assertSame(saved, fresh);
            assertThat(weights.remarks(fresh)).singleElement().asString().contains("nn.Sequential");
        }
    }

    @Test
    void of_sequentialSpelling_isTheOneOfPython() {
        assertThat(WeightMatch.Spelling.SEQUENTIAL.of("conv1.weight")).isEqualTo("0.weight");
        assertThat(WeightMatch.Spelling.SEQUENTIAL.of("bn1.bias")).isEqualTo("1.bias");
        assertThat(WeightMatch.Spelling.SEQUENTIAL.of("layer4.1.bn1.bias")).isEqualTo("7.1.bn1.bias");
        assertThat(WeightMatch.Spelling.TRANSFORMERS_5.of("encoder.layer.3.attention.attention.query.bias"))
                .isEqualTo("encoder.layer.3.attention.q_proj.bias");
        assertThat(WeightMatch.Spelling.TRANSFORMERS_5.of("encoder.layer.3.attention.output.dense.bias"))
                .isEqualTo("encoder.layer.3.attention.o_proj.bias");
        assertThat(WeightMatch.Spelling.TORCHVISION_012.of("encoder.layers.encoder_layer_0.mlp.3.bias"))
                .isEqualTo("encoder.layers.encoder_layer_0.mlp.linear_2.bias");
    }

    static Stream<EncoderSpec> published() {
        VisionTransformerSpec tiny = VisionTransformerSpec.of(Scale.VIT_TINY, TensorNames.TIMM, 64, 16);
        VisionTransformerSpec small =
                VisionTransformerSpec.of(Scale.VIT_SMALL, TensorNames.TRANSFORMERS_DINOV2, 28, 14);
        VisionTransformerSpec base = VisionTransformerSpec.of(Scale.VIT_BASE, TensorNames.OPEN_CLIP, 64, 32);
        return Stream.concat(
                Stream.of(Depth.values()).map(depth -> new ResNetSpec(depth, Stem.IMAGENET, 8, false)),
                Stream.of(
                        tiny,
                        tiny.withLayerScale(1e-5, 4),
                        small.withLayerScale(1e-5, 0),
                        base,
                        ConvNextSpec.of(ConvNextSpec.Scale.CONVNEXT_TINY, TensorNames.TORCHVISION),
                        ConvNextSpec.of(ConvNextSpec.Scale.CONVNEXT_TINY, TensorNames.TIMM)));
    }

    @ParameterizedTest
    @MethodSource("published")
    void of_tensorsOfANetwork_guessesIt(EncoderSpec spec) {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        Encoder encoder = spec.build(1);
        encoder.state().forEach((name, tensor) -> shapes.put("model." + name, TensorMaps.shape(tensor)));
        encoder.state().values().forEach(Tensor::close);
        assertThat(ArchitectureGuess.of(shapes)).contains(spec);
        shapes.keySet().removeIf(name -> name.matches(".*(norm1|ln_1|conv|block\\.0).*"));
        assertThat(ArchitectureGuess.of(shapes)).isNotEqualTo(Optional.of(spec));
    }

    @Test
    void network_clip_takesTheActivationOfTheConfigurationBeside() throws IOException {
        VisionTransformerSpec tower = VisionTransformerSpec.of(Scale.VIT_BASE, TensorNames.OPEN_CLIP, 64, 32);
        Encoder saved = tower.build(1);
        Map<String, Tensor> tensors = renamed(saved, name -> "visual." + name);
        tensors.put("visual.proj", torch.zeros(768, 512));
        tensors.put("transformer.resblocks.0.ln_1.weight", torch.zeros(512));
        tensors.put("positional_embedding", torch.zeros(77, 512));
        tensors.put("logit_scale", torch.zeros(1));
        Path file = write(tensors);
        try (EncoderWeights weights = EncoderWeights.open(file)) {
            EncoderWeights.Network network = weights.network(NetworkChoice.fromFile());
            assertThat(network.spec()).isEqualTo(tower);
            assertThat(network.remarks().get(0)).contains("ViT-B-32").contains("quickgelu");
            assertThat(weights.remarks(saved).get(1)).contains("left aside").contains("4 tensors: visual.proj");
            Files.writeString(
                    folder.resolve("open_clip_config.json"), "{\"model_cfg\": {\"quick_gelu\": true}}");
            assertThat(weights.network(NetworkChoice.fromFile()).spec())
                    .isEqualTo(tower.withActivation(Activation.QUICK_GELU));
        }
    }

    @Test
    void network_namedOtherThanTheTensors_saysWhoseTheyAre() throws IOException {
        try (EncoderWeights weights = EncoderWeights.open(write(SPEC.build(1).state()))) {
            assertThatThrownBy(() -> weights.network(choice("resnet50")))
                    .isInstanceOf(MmcrException.class)
                    .hasMessageContaining("found those of resnet18; give --arch resnet18");
            assertThatThrownBy(() -> weights.network(choice("resnet19")))
                    .hasMessageContaining("found resnet19")
                    .hasMessageContaining("vit_small_patch14_dinov2");
            assertThatThrownBy(() -> weights.network(
                            new NetworkChoice(Optional.empty(), Optional.empty(), Optional.of(TokenPool.MEAN))))
                    .hasMessageContaining("--pool");
        }
        Path unknown = write(Map.of("a.weight", torch.zeros(3)));
        try (EncoderWeights weights = EncoderWeights.open(unknown)) {
            assertThatThrownBy(() -> weights.network(NetworkChoice.fromFile())).hasMessageContaining("found neither");
        }
    }

    @Test
    void named_withPathAndTag_isTheNetwork() {
        assertThat(Architectures.named("timm/vit_small_patch14_dinov2.lvd142m"))
                .isEqualTo(Architectures.named("vit_small_patch14_dinov2"))
                .isPresent();
        assertThat(Architectures.named("facebook/dinov2-base")).isPresent();
        assertThat(Architectures.named("vit")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = ScalarType.class,
            names = {"Half", "BFloat16", "Double"})
    void copyInto_otherNumberTypes_areConverted(ScalarType type) throws IOException {
        Encoder saved = SPEC.build(1);
        Map<String, Tensor> tensors = renamed(saved, name -> name);
        tensors.replaceAll((name, tensor) -> tensor.is_floating_point() ? tensor.to(type) : tensor);
        Encoder fresh = SPEC.build(2);
        try (EncoderWeights weights = EncoderWeights.open(write(tensors))) {
            weights.copyInto(fresh);
        }
        Tensor expected = saved.state().get("layer1.0.conv1.weight").to(type).to(ScalarType.Float);
        assertThat(fresh.state().get("layer1.0.conv1.weight").equal(expected)).isTrue();
    }

    @Test
    void open_indexOfSeveralFiles_readsAllAndNamesAMissingOne() throws IOException {
        Encoder saved = SPEC.build(1);
        Map<String, Tensor> first = new LinkedHashMap<>();
        Map<String, Tensor> second = new LinkedHashMap<>();
        saved.state().forEach((name, tensor) -> (name.startsWith("layer4") ? second : first).put(name, tensor));
        Path one = folder.resolve("model-00001-of-00002.safetensors");
        Path two = folder.resolve("model-00002-of-00002.safetensors");
        ModelState.write(one, first, Map.of("format", "pt"));
        ModelState.write(two, second, Map.of());
        StringBuilder map = new StringBuilder();
        saved.state()
                .keySet()
                .forEach(name -> map.append(map.isEmpty() ? "" : ",")
                        .append('"')
                        .append(name)
                        .append("\":\"")
                        .append((name.startsWith("layer4") ? two : one).getFileName())
                        .append('"'));
        Path index = Files.writeString(
                folder.resolve("model.safetensors.index.json"), "{\"metadata\":{},\"weight_map\":{" + map + "}}");
        for (Path path : List.of(index, folder.resolve("model.safetensors"))) {
            Encoder fresh = SPEC.build(2);
            try (EncoderWeights weights = EncoderWeights.open(path)) {
                weights.copyInto(fresh);
            }
            assertSame(saved, fresh);
        }
        Files.delete(two);
        assertThatThrownBy(() -> EncoderWeights.open(index))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("found no model-00002-of-00002.safetensors");
        ModelState.write(two, Map.of("conv1.weight", torch.zeros(1)), Map.of());
        assertThatThrownBy(() -> EncoderWeights.open(index)).hasMessageContaining("conv1.weight");
        ModelState.write(two, Map.of(), Map.of());
        assertThatThrownBy(() -> EncoderWeights.open(index))
                .hasMessageContaining("found no layer4.0.conv1.weight and 29 more");
        Files.writeString(index, "{\"weight_map\":{\"a\":\"../elsewhere.safetensors\"}}");
        assertThatThrownBy(() -> EncoderWeights.open(index)).hasMessageContaining("files beside");
    }

    @ParameterizedTest
    @ValueSource(strings = {"504b03040000", "80028a0a6cfc", "80047d942800"})
    void open_pickle_isRefusedWithThreeLinesOfPython(String bytes) throws IOException {
        Path file = Files.write(
                folder.resolve("net.pth"), HexFormat.of().parseHex(bytes));
        assertThatThrownBy(() -> EncoderWeights.open(file))
                .isInstanceOfSatisfying(PickledWeightsException.class, e -> {
                    assertThat(e.conversion()).hasSize(3);
                    assertThat(e.conversion().get(1)).contains("torch.load(\"net.pth\"");
                    assertThat(e.conversion().get(2)).contains("\"net.safetensors\"");
                });
    }

    private static NetworkChoice choice(String arch) {
        return new NetworkChoice(Optional.of(arch), Optional.empty(), Optional.empty());
    }

    private static Map<String, Tensor> renamed(Encoder encoder, UnaryOperator<String> spelling) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        encoder.state().forEach((name, tensor) -> tensors.put(spelling.apply(name), tensor));
        return tensors;
    }

    private Path write(Map<String, Tensor> tensors) throws IOException {
        Path file = folder.resolve("weights.safetensors");
        ModelState.write(file, tensors, Map.of());
        return file;
    }

    private static void assertSame(Encoder expected, Encoder found) {
        expected.state()
                .forEach((name, tensor) ->
                        assertThat(tensor.equal(found.state().get(name))).as(name).isTrue());
    }
}
