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
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.mmcr.data.io.NpyFiles;

/**
 * Networks of torchvision, timm and transformers: recognised by the libraries' names and shapes, and with weights by a
 * formula equal to the libraries' outputs.
 */
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
    private static final Map<String, String> PUBLIC_NAMES = Map.of(
            "timm/deit_small_patch16_224", "vit_small_patch16_224");

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
        for (String output : names(expected.get("outputs"))) {
            Optional<TokenPool> pool = output.equals("features")
                    ? Optional.empty()
                    : Optional.of(TokenPool.valueOf(output.toUpperCase(Locale.ROOT)));
            NetworkChoice choice = new NetworkChoice(Optional.empty(), Optional.empty(), pool);
            NpyFiles.FloatArray wanted = NpyFiles.readFloats(
                    folder.resolve(expected.get("outputs").get(output).asText()));
            double difference = difference(
                    NetworkFit.apply(spec, choice, Optional.of(spec)),
                    shapes,
                    expected.get("size").asInt(),
                    wanted);
            assertThat(difference).as("relative difference of " + output).isLessThan(TOLERANCE);
        }
    }

    private static double difference(
            EncoderSpec spec, Map<String, List<Long>> shapes, int size, NpyFiles.FloatArray wanted) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
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
            Tensor found = encoder.forward(ReferenceWeights.input(size, 2));
            Tensor expected = torch.tensor(wanted.values()).view_as(found);
            encoder.state().values().forEach(Tensor::close); // the largest networks have 350 MB
            return found.sub(expected).abs().max().item_double()
                    / expected.abs().max().item_double();
        }
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
