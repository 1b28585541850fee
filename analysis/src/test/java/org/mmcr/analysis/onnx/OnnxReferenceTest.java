package org.mmcr.analysis.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.NpyFiles;
import org.mmcr.data.views.PictureEvaluationView;
import org.mmcr.objective.PointerScopeExtension;

/** Every graph of the reference folder, against the outputs that PyTorch computed for it. */
@ExtendWith(PointerScopeExtension.class)
class OnnxReferenceTest {
    private static final double TOLERANCE = 1e-5;
    private static final String REFUSED = "opset-too-new";

    private static Path folder() {
        Path folder = Path.of(System.getProperty("mmcr.shared", "../shared"), "reference", "encoders", "onnx");
        assumeTrue(Files.isDirectory(folder), "reference graphs are not on this machine: no folder " + folder);
        return folder;
    }

    @Test
    void apply_everyOutputOfEveryGraph_isWhatPyTorchComputes() throws IOException {
        Path folder = folder();
        JsonNode cases =
                new ObjectMapper().readTree(folder.resolve("cases.json").toFile());
        List<String> seen = new ArrayList<>();
        for (String name : (Iterable<String>) cases::fieldNames) {
            if (!name.equals(REFUSED)) {
                JsonNode outputs = cases.at("/" + name + "/outputs");
                Path input = folder.resolve(cases.at("/" + name + "/input").asText());
                for (String output : (Iterable<String>) outputs::fieldNames) {
                    compare(
                            folder.resolve(name + ".onnx"),
                            input,
                            output,
                            folder.resolve(outputs.get(output).asText()));
                    seen.add(name + "." + output);
                }
            }
        }
        assertThat(seen).hasSize(9).contains("external.features", "bytes-nhwc.embedding", "map.map");
    }

    private static void compare(Path graph, Path input, String output, Path expected) {
        OnnxChoice choice = choice(graph).with(Optional.empty(), Optional.of(output), Optional.empty());
        try (OnnxEncoder encoder = OnnxEncoder.open(graph, choice)) {
            Tensor wanted = read(expected);
            Tensor features = wanted.dim() == 4 ? wanted.mean(2, 3) : wanted.dim() == 3 ? wanted.select(1, 0) : wanted;
            Tensor found = encoder.apply(samples(input, encoder));
            assertThat(encoder.width()).isEqualTo((int) features.size(1));
            assertThat(found.sub(features).abs().max().item_double())
                    .as(graph + " " + output)
                    .isLessThan(TOLERANCE * features.abs().max().item_double());
        }
    }

    /** Returns the choice of a preparation for graphs that say nothing about theirs. */
    private static OnnxChoice choice(Path graph) {
        OnnxChoice choice = graph.endsWith("bytes-nhwc.onnx")
                ? OnnxChoice.none()
                : OnnxChoice.none().withPreprocess("imagenet");
        return new OnnxChoice(
                choice.input(), choice.output(), choice.pool(), choice.preprocess(), view -> view.withSize(32));
    }

    /** Returns the input as the view would arrange it: (B, 3, S, S), with levels 0..255 for bytes. */
    private static Tensor samples(Path input, OnnxEncoder encoder) {
        Tensor x = read(input);
        int side = ((PictureEvaluationView) encoder.view()).size();
        assertThat(side).isEqualTo(32);
        return x.size(3) == 3 ? x.permute(0, 3, 1, 2) : x;
    }

    private static Tensor read(Path file) {
        NpyFiles.Description description = NpyFiles.describe(file);
        long[] shape = description.shape().stream().mapToLong(Long::longValue).toArray();
        return torch.tensor(
                        file.endsWith("bytes-nhwc.input.npy")
                                ? levels(file, shape)
                                : NpyFiles.readFloats(file).values())
                .reshape(shape);
    }

    /** Returns the bytes at the end of a file, 0..255. */
    private static float[] levels(Path file, long... shape) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        float[] values = new float[Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact))];
        for (int i = 0; i < values.length; i++) {
            values[i] = bytes[bytes.length - values.length + i] & 0xFF;
        }
        return values;
    }

    @Test
    void open_withoutAnyChoice_takesFeaturesAndSaysSo() {
        Path folder = folder();
        assertThat(chosen(folder, "logits-and-features")).contains("output 'features' as it is, 32 features");
        assertThat(chosen(folder, "tokens")).contains("output 'pooler_output' as it is");
        assertThat(chosen(folder, "map")).contains("output 'map' averaged over positions, 32 features");
        assertThat(chosen(folder, "vector-batch-one")).contains("output 'output' as it is");
        assertThat(chosen(folder, "bytes-nhwc")).contains("none, the graph takes bytes", "32 x 32 pixels");
    }

    private static String chosen(Path folder, String name) {
        try (OnnxEncoder encoder =
                OnnxEncoder.open(folder.resolve(name + ".onnx"), choice(folder.resolve(name + ".onnx")))) {
            return encoder.description();
        }
    }

    @Test
    void open_pools_areThoseOfTheTokens() {
        Path folder = folder();
        Tensor tokens = read(folder.resolve("tokens.last_hidden_state.npy"));
        same(folder, OutputPool.CLS, tokens.select(1, 0));
        same(folder, OutputPool.MEAN, tokens.mean(1));
        same(folder, OutputPool.PATCHES, tokens.narrow(1, 1, 64).mean(1));
    }

    private static void same(Path folder, OutputPool pool, Tensor expected) {
        Path graph = folder.resolve("tokens.onnx");
        OnnxChoice choice = choice(graph).with(Optional.empty(), Optional.empty(), Optional.of(pool));
        try (OnnxEncoder encoder = OnnxEncoder.open(graph, choice)) {
            Tensor found = encoder.apply(samples(folder.resolve("tokens.input.npy"), encoder));
            assertThat(found.sub(expected).abs().max().item_double())
                    .as(pool.name())
                    .isCloseTo(0, within(1e-5));
            assertThat(encoder.description())
                    .contains("65 tokens by '" + pool.name().toLowerCase(Locale.ROOT));
        }
    }

    @Test
    void open_operatorSetOfTheFuture_isRefusedInOneLine() {
        Path graph = folder().resolve(REFUSED + ".onnx");
        assertThatThrownBy(() -> OnnxEncoder.open(graph, OnnxChoice.none()))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("expected an operator set up to 26")
                .hasMessageContaining("found 99")
                .hasMessageContaining("opset_version=17");
    }

    @Test
    void open_weightsLeftBehind_areNamed(@TempDir Path alone) throws IOException {
        Path graph = Files.copy(folder().resolve("external.onnx"), alone.resolve("external.onnx"));
        assertThatThrownBy(() -> OnnxEncoder.open(graph, OnnxChoice.none()))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("expected the weights of " + graph + " in " + alone.resolve("external.data"));
        Files.write(alone.resolve("external.data"), new byte[3]);
        assertThatThrownBy(() -> OnnxEncoder.open(graph, OnnxChoice.none()))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("of the file of weights beside " + graph + ", found a file of 3 bytes");
    }

    @Test
    void open_emptyFile_isCutShort(@TempDir Path folder) throws IOException {
        Path graph = Files.createFile(folder.resolve("empty.onnx"));
        assertThatThrownBy(() -> OnnxEncoder.open(graph, OnnxChoice.none()))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("expected an ONNX graph in " + graph + ", found none; the file is cut short");
    }

    @Test
    void open_nothingThatSaysHowToPrepare_listsTheChoices() {
        Path graph = folder().resolve("map.onnx");
        assertThatThrownBy(() -> OnnxEncoder.open(graph, OnnxChoice.none()))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("give --preprocess imagenet, clip, dinov2, half, none or FILE.json");
    }
}
