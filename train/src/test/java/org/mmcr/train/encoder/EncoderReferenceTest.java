package org.mmcr.train.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.mmcr.data.io.NpyFiles;

/**
 * Networks of torchvision, timm and transformers: recognised by the libraries' names and shapes, and with weights by a
 * formula equal to the libraries' outputs.
 */
@Tag("long")
class EncoderReferenceTest {
    private static final double TOLERANCE = 1e-4;
    private static final Set<String> ASIDE = Set.of(
            "fc.weight",
            "fc.bias",
            "classifier.2.weight",
            "classifier.2.bias",
            "heads.head.weight",
            "heads.head.bias",
            "embeddings.mask_token");
    private static final Map<String, String> PUBLIC_NAMES =
            Map.of("timm/deit_small_patch16_224", "vit_small_patch16_224");

    @TestFactory
    List<DynamicTest> forward_networksOfTheLibraries_equalTheirOutputs() throws IOException {
        Path folder = Path.of(System.getProperty("mmcr.shared", "../shared"), "reference", "encoders");
        assumeTrue(Files.isDirectory(folder), "reference values are not on this machine: no folder " + folder);
        JsonNode cases =
                new ObjectMapper().readTree(folder.resolve("cases.json").toFile());
        List<DynamicTest> tests = new ArrayList<>();
        cases.properties()
                .forEach(network -> tests.add(DynamicTest.dynamicTest(
                        network.getKey(), () -> compare(network.getKey(), network.getValue(), folder))));
        assertThat(tests).hasSize(12);
        return tests;
    }

    private static void compare(String name, JsonNode expected, Path folder) throws IOException {
        Map<String, List<Long>> shapes =
                ReferenceWeights.shapes(folder.resolve(expected.get("tensors").asText()));
        EncoderSpec spec = ArchitectureGuess.of(shapes).orElseThrow();
        String publicName = name.substring(name.indexOf('/') + 1);
        assertThat(Architectures.nameOf(spec)).isEqualTo(PUBLIC_NAMES.getOrDefault(name, publicName));
        assertThat(Architectures.sameTensors(Architectures.named(publicName).orElseThrow(), spec))
                .isTrue();
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Encoder encoder = filled(NetworkFit.apply(spec, NetworkChoice.fromFile(), Optional.of(spec)), shapes);
            Tensor last = beforePooling(
                    encoder, ReferenceWeights.input(expected.get("size").asInt(), 2));
            for (String output : names(expected.get("outputs"))) {
                NpyFiles.FloatArray wanted = NpyFiles.readFloats(
                        folder.resolve(expected.get("outputs").get(output).asText()));
                assertThat(difference(pooled(encoder, last, output), wanted))
                        .as("relative difference of " + output)
                        .isLessThan(TOLERANCE);
            }
            encoder.state().values().forEach(Tensor::close); // the largest networks have 350 MB
        }
    }

    private static Encoder filled(EncoderSpec spec, Map<String, List<Long>> shapes) {
        Encoder encoder = spec.build(0);
        encoder.eval();
        WeightMatch match = WeightMatch.of(shapes.keySet(), encoder.state().keySet());
        assertThat(match.files().keySet()).isEqualTo(encoder.state().keySet());
        assertThat(match.unexpected()).isEmpty();
        assertThat(match.aside()).allMatch(name -> ASIDE.contains(name));
        match.files().forEach((own, name) -> {
            Tensor tensor = encoder.state().get(own);
            assertThat(TensorMaps.shape(tensor)).as(name).isEqualTo(shapes.get(name));
            if (!name.endsWith(WeightMatch.COUNTER)) {
                ReferenceWeights.fill(tensor, name, shapes.get(name));
            }
        });
        return encoder;
    }

    /** Output of the last layer but one: tokens, from which both ways of pooling are compared after one pass. */
    private static Tensor beforePooling(Encoder encoder, Tensor x) {
        Tensor y = x.contiguous(MemoryFormat.ChannelsLast);
        List<Layers.Layer> layers = encoder.layers.layers();
        for (Layers.Layer layer : layers.subList(0, layers.size() - 1)) {
            y = layer.forward(y);
        }
        return y;
    }

    private static Tensor pooled(Encoder encoder, Tensor last, String output) {
        if (encoder.spec() instanceof VisionTransformerSpec vit) {
            TokenPool pool = TokenPool.valueOf(output.toUpperCase(Locale.ROOT));
            return new TokenLayers.Pool(pool, vit.prefix(), vit.classTokens()).forward(last);
        }
        return encoder.layers.layers().get(encoder.layers.layers().size() - 1).forward(last);
    }

    private static double difference(Tensor found, NpyFiles.FloatArray wanted) {
        Tensor expected = torch.tensor(wanted.values()).view_as(found);
        return found.sub(expected).abs().max().item_double()
                / expected.abs().max().item_double();
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
