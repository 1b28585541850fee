package org.mmcr.train.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mmcr.data.io.NpyFiles;
import org.mmcr.data.io.Yaml;

/**
 * Vision transformers against outputs of their libraries on small networks, with weights by a formula, and the
 * recognition of the published ones by names and shapes. {@code references/make.py} made the files.
 */
class SmallReferenceTest {
    private static final double TOLERANCE = 1e-4;

    static Stream<Map.Entry<String, JsonNode>> networks() throws IOException {
        return new ObjectMapper().readTree(file("cases.json").toFile()).get("networks").properties().stream();
    }

    private static Path file(String name) {
        try {
            return Path.of(Objects.requireNonNull(SmallReferenceTest.class.getResource("references/" + name), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("networks")
    void forward_smallNetworksOfTheLibraries_equalsTheirOutputsInBothPools(Map.Entry<String, JsonNode> network)
            throws IOException {
        JsonNode expected = network.getValue();
        VisionTransformerSpec spec = (VisionTransformerSpec) Yaml.value(expected.get("encoder"), EncoderSpec.class);
        Map<String, List<Long>> shapes =
                ReferenceWeights.shapes(file(expected.get("tensors").asText()));
        for (TokenPool pool : TokenPool.values()) {
            try (PointerScope scope = new PointerScope();
                    NoGradGuard guard = new NoGradGuard()) {
                Encoder encoder = filled(spec.withPool(pool), shapes);
                for (Map.Entry<String, JsonNode> size : expected.get("outputs").properties()) {
                    String output = size.getValue()
                            .get(pool.name().toLowerCase(Locale.ROOT))
                            .asText();
                    NpyFiles.FloatArray wanted = NpyFiles.readFloats(file(output));
                    Tensor found = encoder.forward(ReferenceWeights.input(Integer.parseInt(size.getKey()), 2));
                    Tensor reference = torch.tensor(wanted.values()).view_as(found);
                    assertThat(found.sub(reference).abs().max().item_double()
                                    / reference.abs().max().item_double())
                            .as(output)
                            .isLessThan(TOLERANCE);
                }
            }
        }
    }

    private static Encoder filled(EncoderSpec spec, Map<String, List<Long>> shapes) {
        Encoder encoder = spec.build(0);
        encoder.eval();
        WeightMatch match = WeightMatch.of(shapes.keySet(), encoder.state().keySet());
        assertThat(match.files().keySet()).isEqualTo(encoder.state().keySet());
        assertThat(match.unexpected()).isEmpty();
        match.files().forEach((own, name) -> {
            Tensor tensor = encoder.state().get(own);
            assertThat(TensorMaps.shape(tensor)).as(name).isEqualTo(shapes.get(name));
            ReferenceWeights.fill(tensor, name, shapes.get(name));
        });
        return encoder;
    }

    @ParameterizedTest
    @CsvSource({
        "clip-vit-base-patch32, quick_gelu",
        "clip-vit-base-patch16, quick_gelu",
        "ViT-B-32, gelu",
        "ViT-B-16, gelu",
        "dinov2-with-registers-small, gelu",
        "deit_tiny_distilled_patch16_224, gelu"
    })
    void of_tensorsOfPublishedNetworks_recognisesThem(String name, String activation) throws IOException {
        Map<String, List<Long>> shapes = ReferenceWeights.shapes(file(name + ".tensors.txt"));
        Optional<EncoderSpec> found = ArchitectureGuess.of(shapes);
        assertThat(found).isEqualTo(Architectures.named(name));
        VisionTransformerSpec spec = (VisionTransformerSpec) found.orElseThrow();
        assertThat(spec.activation().name().toLowerCase(Locale.ROOT)).isEqualTo(activation);
        Encoder encoder = spec.build(0);
        WeightMatch match = WeightMatch.of(shapes.keySet(), encoder.state().keySet());
        assertThat(match.files().keySet()).isEqualTo(encoder.state().keySet());
        match.files()
                .forEach((own, tensor) -> assertThat(
                                TensorMaps.shape(encoder.state().get(own)))
                        .as(own)
                        .isEqualTo(shapes.get(tensor)));
        encoder.state().values().forEach(Tensor::close);
    }
}
