package org.mmcr.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Values and gradients of the objectives beside MMCR against an independent program in PyTorch. */
@ExtendWith(PointerScopeExtension.class)
class ObjectivesReferenceTest {
    private static final Path FOLDER =
            Path.of(System.getProperty("mmcr.shared", "../shared"), "reference", "objectives");

    private static JsonNode expected() throws IOException {
        assumeTrue(Files.isDirectory(FOLDER), "reference values are not on this machine: no folder " + FOLDER);
        return new ObjectMapper().readTree(FOLDER.resolve("cases.json").toFile());
    }

    static Stream<String> cases() throws IOException {
        return expected().properties().stream().map(entry -> entry.getKey());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void compute_float64_matchesReference(String name) throws IOException {
        check(name, ScalarType.Double, 1e-8);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void compute_float32_matchesReference(String name) throws IOException {
        check(name, ScalarType.Float, 1e-5);
    }

    private static void check(String name, ScalarType type, double tolerance) throws IOException {
        JsonNode reference = expected().get(name);
        Tensor z = ReferenceCase.array(FOLDER.resolve(reference.get("z").textValue()))
                .to(type)
                .set_requires_grad(true);
        Objective.Result result =
                Objectives.ofReference(name).compute(z, reference.get("views").intValue());
        result.loss().backward();
        double loss = reference.get("loss").doubleValue();
        assertThat(result.value()).isCloseTo(loss, within(tolerance * Math.abs(loss)));
        assertThat(result.loss().to(ScalarType.Double).item_double())
                .isCloseTo(loss, within(tolerance * Math.abs(loss)));
        Tensor gradient =
                ReferenceCase.array(FOLDER.resolve(reference.get("gradient").textValue()));
        double worst = z.grad().to(ScalarType.Double).sub(gradient).abs().max().item_double();
        assertThat(worst)
                .as("gradient error")
                .isLessThan(tolerance * gradient.abs().max().item_double());
    }
}
