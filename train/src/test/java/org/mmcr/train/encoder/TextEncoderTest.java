package org.mmcr.train.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mmcr.core.MmcrException;
import org.mmcr.objective.PointerScopeExtension;
import org.mmcr.objective.linalg.TensorArrays;
import org.mmcr.train.encoder.VisionTransformerSpec.Scale;

/** Text towers of CLIP against transformers and open_clip on small networks. */
@ExtendWith(PointerScopeExtension.class)
class TextEncoderTest {
    private static final double TOLERANCE = 1e-4;
    private static final List<String> TEXTS = List.of(
            "a photo of a cat",
            "two boats",
            "it's a dog",
            "a <|endoftext|> b",
            "",
            "the street after the rain ".repeat(5));

    @TempDir
    private Path folder;

    static Stream<Map.Entry<String, JsonNode>> networks() throws IOException {
        return ClipFiles.networks().entrySet().stream();
    }

    private static JsonNode network(String name) throws IOException {
        return ClipFiles.networks().get(name);
    }

    private static VisionTransformerSpec vision(JsonNode network) {
        JsonNode config = network.get("config");
        boolean quick = config.has("model_cfg")
                ? config.at("/model_cfg/quick_gelu").asBoolean()
                : config.at("/vision_config/hidden_act").asText().equals("quick_gelu");
        TensorNames names = config.has("model_cfg") ? TensorNames.OPEN_CLIP : TensorNames.TRANSFORMERS_CLIP;
        return VisionTransformerSpec.of(Scale.VIT_TINY, names, 16, 4)
                .withWidth(12)
                .withActivation(quick ? Activation.QUICK_GELU : Activation.GELU);
    }

    private static TextEncoder open(Path file, JsonNode network) {
        return TextEncoder.open(file, vision(network), NetworkChoice.fromFile()).orElseThrow();
    }

    private static double[] numbers(JsonNode row) {
        return IntStream.range(0, row.size())
                .mapToDouble(i -> row.get(i).asDouble())
                .toArray();
    }

    private static double largestDifference(double[] expected, float[] found) {
        assertThat(found).hasSameSizeAs(expected);
        return IntStream.range(0, found.length)
                .mapToDouble(i -> Math.abs(expected[i] - found[i]))
                .max()
                .orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("networks")
    void embed_smallNetworksOfTheLibraries_givesTheirTextEmbeddings(Map.Entry<String, JsonNode> network)
            throws IOException {
        TextEncoder encoder = open(ClipFiles.write(folder, network.getValue()), network.getValue());
        assertThat(encoder.longest()).isEqualTo(20);
        for (int i = 0; i < TEXTS.size(); i++) {
            TextEncoder.Text found = encoder.embed(TEXTS.get(i));
            assertThat(found.tokens())
                    .isEqualTo(network.getValue().get("tokens").get(i).size());
            assertThat(found.cut()).isEqualTo(i == TEXTS.size() - 1);
            assertThat(largestDifference(numbers(network.getValue().get("texts").get(i)), found.embedding()))
                    .as(TEXTS.get(i))
                    .isLessThan(TOLERANCE);
        }
    }

    @ParameterizedTest
    @MethodSource("networks")
    void pictureProjection_ofTheVisionTowersFeatures_givesTheLibrariesCosines(Map.Entry<String, JsonNode> network)
            throws IOException {
        Path file = ClipFiles.write(folder, network.getValue());
        TextEncoder texts = open(file, network.getValue());
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard();
                EncoderWeights weights = EncoderWeights.open(file)) {
            Encoder vision = vision(network.getValue()).build(1);
            weights.copyInto(vision);
            vision.eval();
            Tensor projected = vision.forward(ReferenceWeights.input(16, 2))
                    .matmul(texts.pictureProjection().t());
            for (int picture = 0; picture < 2; picture++) {
                double[] row = TensorArrays.of(projected.select(0, picture).to(ScalarType.Double));
                double length = Math.sqrt(IntStream.range(0, row.length)
                        .mapToDouble(i -> row[i] * row[i])
                        .sum());
                float[] cosines = new float[TEXTS.size()];
                for (int text = 0; text < cosines.length; text++) {
                    float[] embedding = texts.embed(TEXTS.get(text)).embedding();
                    cosines[text] = (float) (IntStream.range(0, row.length)
                                    .mapToDouble(i -> row[i] * embedding[i])
                                    .sum()
                            / length);
                }
                assertThat(largestDifference(
                                numbers(network.getValue().get("cosines").get(picture)), cosines))
                        .isLessThan(TOLERANCE);
            }
        }
    }

    /** transformers' configuration names the activation; a chosen network's activation holds for both towers. */
    @Test
    void open_chosenArchitecture_takesItsActivation() throws IOException {
        JsonNode quick = network("open_clip-quickgelu");
        Path file = ClipFiles.write(folder, network("open_clip"));
        NetworkChoice chosen = new NetworkChoice(Optional.of("ViT-B-32-quickgelu"), Optional.empty(), Optional.empty());
        TextEncoder encoder = TextEncoder.open(file, vision(quick), chosen).orElseThrow();
        assertThat(largestDifference(
                        numbers(quick.get("texts").get(0)),
                        encoder.embed(TEXTS.get(0)).embedding()))
                .isLessThan(TOLERANCE);
    }

    @Test
    void open_namesUnderPrefixes_areFound() throws IOException {
        JsonNode network = network("open_clip");
        Map<String, Tensor> renamed = new LinkedHashMap<>();
        ClipFiles.tensors(network).forEach((name, tensor) -> {
            boolean picture = name.startsWith("visual.") || name.equals("logit_scale");
            renamed.put("module." + (picture ? "" : "text.") + name, tensor.to(ScalarType.Half));
        });
        TextEncoder encoder = open(ClipFiles.write(folder, network, renamed), network);
        assertThat(largestDifference(
                        numbers(network.get("texts").get(0)),
                        encoder.embed(TEXTS.get(0)).embedding()))
                .isLessThan(1e-2); // float16
    }

    @Test
    void open_fileWithoutTextTower_isEmpty() throws IOException {
        JsonNode network = network("transformers");
        Map<String, Tensor> tensors = ClipFiles.tensors(network);
        tensors.keySet().removeIf(name -> name.startsWith("text"));
        Path file = ClipFiles.write(folder, network, tensors);
        assertThat(TextEncoder.open(file, vision(network), NetworkChoice.fromFile()))
                .isEmpty();
        assertThat(TextEncoder.open(file, VisionTransformerSpec.small(Scale.VIT_TINY), NetworkChoice.fromFile()))
                .isEmpty();
    }

    private void assertRefused(JsonNode network, Map<String, Tensor> tensors, String message) throws IOException {
        Path file = ClipFiles.write(folder, network, tensors);
        assertThatThrownBy(() -> open(file, network))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining(message);
    }

    @Test
    void open_missingProjection_isNamed() throws IOException {
        Map<String, Tensor> tensors = ClipFiles.tensors(network("transformers"));
        tensors.remove("visual_projection.weight");
        assertRefused(network("transformers"), tensors, "expected the matrix visual_projection.weight of CLIP");
    }

    @Test
    void open_missingTensorOfABlock_isNamed() throws IOException {
        Map<String, Tensor> tensors = ClipFiles.tensors(network("open_clip"));
        tensors.remove("transformer.resblocks.1.mlp.c_fc.bias");
        assertRefused(network("open_clip"), tensors, "missing 1 (transformer.resblocks.1.mlp.c_fc.bias)");
    }

    @Test
    void open_tokenizerOfALargerVocabulary_isRefused() throws IOException {
        Map<String, Tensor> tensors = ClipFiles.tensors(network("open_clip"));
        tensors.put("token_embedding.weight", torch.zeros(500, 12));
        assertRefused(network("open_clip"), tensors, "expected a tokenizer of at most 500 tokens");
    }

    @Test
    void open_meanOfThePatchTokens_isRefused() throws IOException {
        JsonNode network = network("transformers");
        Path file = ClipFiles.write(folder, network);
        assertThatThrownBy(() ->
                        TextEncoder.open(file, vision(network).withPool(TokenPool.MEAN), NetworkChoice.fromFile()))
                .hasMessageContaining("leave out --pool");
    }

    @Test
    void open_otherKindsOfTextTower_areRefused() throws IOException {
        JsonNode network = network("open_clip");
        Path file = ClipFiles.write(folder, network);
        for (String part : List.of("\"pool_type\":\"last\"", "\"no_causal_mask\":true")) {
            Files.writeString(
                    folder.resolve("open_clip_config.json"),
                    "{\"model_cfg\":{\"text_cfg\":{" + part + ",\"heads\":3}}}");
            assertThatThrownBy(() -> open(file, network)).hasMessageContaining("texts cannot be searched");
        }
    }
}
