package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.mmcr.cli.CliRun.mmcr;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.data.io.NpyFiles;
import org.mmcr.train.evaluate.Whitening;

/** Whitened features through {@code pretrain}, {@code embed} and {@code export}. */
@Tag("long")
class WhitenedFeaturesCommandTest {
    @TempDir
    private Path temp;

    private Path pictures;
    private Path run;
    private Path statistics;

    @BeforeEach
    void train() {
        pictures = CliPictures.write(temp.resolve("pictures"), 12, 1);
        run = temp.resolve("run");
        statistics = run.resolve("whitening.safetensors");
        assertThat(mmcr("pretrain", pictures, "--out", run, "--recipe", CliPictures.recipe(temp))
                        .code())
                .isZero();
    }

    private static NpyFiles.FloatArray embedded(Path out, Object... encoder) {
        List<Object> words = new ArrayList<>(List.of("embed", "--out", out, "--overwrite"));
        words.addAll(List.of(encoder));
        CliRun embedded = mmcr(words.toArray());
        assertThat(embedded.code()).as(embedded.err()).isZero();
        return NpyFiles.readFloats(out);
    }

    private static float[] applied(Path statistics, NpyFiles.FloatArray plain) throws IOException {
        try (PointerScope scope = new PointerScope()) {
            long[] shape = plain.shape().stream().mapToLong(Long::longValue).toArray();
            Tensor whitened = Whitening.read(statistics)
                    .apply(torch.tensor(plain.values()).reshape(shape));
            float[] values = new float[Math.toIntExact(whitened.numel())];
            whitened.data_ptr_float().get(values);
            return values;
        }
    }

    @Test
    void embed_whitened_appliesTheStatisticsOfTheRunAndAnExportDoesTheSame() throws IOException {
        NpyFiles.FloatArray plain = embedded(temp.resolve("plain.npy"), run, "--data", pictures);
        NpyFiles.FloatArray whitened = embedded(temp.resolve("x.npy"), run, "--data", pictures, "--whiten");
        assertThat(whitened.shape().get(0)).isEqualTo(24);
        assertThat(whitened.values()).containsExactly(applied(statistics, plain), within(1e-4f));
        assertThat(whitened.values()).isNotEqualTo(plain.values());

        Path table = temp.resolve("x.parquet");
        JsonNode document = mmcr("embed", run, "--data", pictures, "--whiten", "--out", table, "--json")
                .json();
        assertThat(document.at("/whitened").toString()).isEqualTo("{\"ridge\":0.1,\"samples\":24,\"of\":\"run\"}");
        assertThat(Files.readString(table, StandardCharsets.ISO_8859_1))
                .contains("\"whitened\":{\"ridge\":0.1,\"samples\":24,\"of\":\"run\"}");

        Path graph = temp.resolve("encoder.onnx");
        JsonNode export = mmcr(
                        "export", run, "--format", "onnx", "--whiten", "--with-projector", "--out", graph, "--json")
                .json();
        assertThat(export.at("/whitened/of").asText()).isEqualTo("run");
        assertThat(export.get("features").asLong()).isEqualTo(whitened.shape().get(1));
        assertThat(Files.readString(graph, StandardCharsets.ISO_8859_1)).contains("{\"ridge\":0.1,\"samples\":24}");
        assertThat(embedded(temp.resolve("graph.npy"), "--encoder", graph, "--data", pictures)
                        .values())
                .containsExactly(whitened.values(), within(1e-3f));
        for (String format : List.of("torchscript", "safetensors")) {
            CliRun other = mmcr("export", run, "--format", format, "--whiten", "--out", temp.resolve(format));
            assertThat(other.code()).as(other.err()).isZero();
        }
        assertThat(Files.readString(temp.resolve("safetensors"), StandardCharsets.ISO_8859_1))
                .contains("whitening.weight", "whitening.bias", "whitening\":\"{\\\"ridge\\\":0.1");
    }

    @Test
    void embed_withoutStatisticsOfTheCheckpoint_takesThemFromTheData() throws IOException {
        NpyFiles.FloatArray ofRun = embedded(temp.resolve("run.npy"), run, "--data", pictures, "--whiten");
        byte[] kept = Files.readAllBytes(statistics);
        Files.delete(statistics);
        Path out = temp.resolve("x.npy");
        CliRun found = mmcr("embed", run, "--data", pictures, "--whiten", "--out", out, "--json");
        assertThat(found.json().at("/whitened/of").asText()).isEqualTo("data");
        assertThat(found.err()).contains("24 samples of " + pictures, "the run keeps none of this checkpoint");
        assertThat(NpyFiles.readFloats(out).values()).containsExactly(ofRun.values(), within(1e-5f));

        // Those of another checkpoint are not used.
        String stale =
                new String(kept, StandardCharsets.ISO_8859_1).replaceFirst("\"encoder\":\"..", "\"encoder\":\"zz");
        Files.write(statistics, stale.getBytes(StandardCharsets.ISO_8859_1));
        assertThat(mmcr("export", run, "--format", "onnx", "--whiten", "--out", temp.resolve("x.onnx"), "--json")
                        .json()
                        .at("/whitened/of")
                        .asText())
                .isEqualTo("data");
        Files.write(statistics, Arrays.copyOf(kept, 300));
        mmcr("embed", run, "--data", pictures, "--whiten", "--out", temp.resolve("y.npy"))
                .assertFailsWithOneLine("whitening.safetensors");
        mmcr("embed", run, "--data", pictures, "--whiten", "--views", 2, "--out", temp.resolve("y.npy"))
                .assertIsWrongUsage("--views", "--whiten");

        // A run that is resumed after its end takes them again.
        assertThat(mmcr("pretrain", "--resume", run).code()).isZero();
        assertThat(Files.readAllBytes(statistics)).isEqualTo(kept);
    }
}
