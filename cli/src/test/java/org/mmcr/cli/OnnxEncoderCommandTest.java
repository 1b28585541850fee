package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.mmcr.cli.CliRun.mmcr;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jetbrains.bio.npy.NpyFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands with an ONNX file as encoder: our own export, and graphs that PyTorch wrote. */
class OnnxEncoderCommandTest {
    @TempDir
    private Path temp;

    private Path pictures;
    private Path run;
    private Path graph;

    @BeforeEach
    void export() {
        pictures = CliPictures.write(temp.resolve("pictures"), 12, 1);
        run = temp.resolve("run");
        graph = temp.resolve("encoder.onnx");
        mmcr("pretrain", pictures, "--out", run, "--recipe", CliPictures.recipe(temp));
        assertThat(mmcr("export", run, "--format", "onnx", "--out", graph, "--with-projector")
                        .code())
                .isZero();
    }

    private static float[] rows(Path file) {
        return NpyFile.read(file, Integer.MAX_VALUE).asFloatArray();
    }

    private static Path reference(String name) {
        Path file = CliRun.shared().resolve("reference/encoders/onnx/" + name);
        assumeTrue(Files.exists(file), "reference graphs are not on this machine: no file " + file);
        return file;
    }

    @Test
    void embed_ourOwnExport_givesTheFeaturesOfTheRun() {
        Path expected = temp.resolve("run.npy");
        Path found = temp.resolve("graph.npy");
        mmcr("embed", run, "--data", pictures, "--out", expected);
        CliRun embedded = mmcr("embed", "--encoder", graph, "--data", pictures, "--out", found);
        assertThat(embedded.code()).as(embedded.err()).isZero();
        assertThat(embedded.err()).contains("input 'pictures'", "the graph's metadata", "output 'features' as it is");
        assertThat(rows(found)).containsExactly(rows(expected), within(1e-4f));
        assertThat(temp.resolve("graph.csv")).exists();
    }

    @Test
    void embed_viewsOfAnEncoder_areFeaturesForAnalyze() {
        pictures = CliPictures.write(temp.resolve("more"), 24, 2);
        Path z = temp.resolve("z.npy");
        JsonNode written = mmcr("embed", "--encoder", graph, "--data", pictures, "--views", 3, "--out", z, "--json")
                .json();
        assertThat(written.get("rows").asInt()).isEqualTo(48 * 3);
        JsonNode ofFile = mmcr("analyze", z, "--views", 3, "--json").json();
        JsonNode ofEncoder = mmcr("analyze", "--encoder", graph, "--data", pictures, "--views", 3, "--json")
                .json();
        assertThat(ofEncoder.get("nuclear_norm").asDouble())
                .isCloseTo(ofFile.get("nuclear_norm").asDouble(), within(1e-6));
        assertThat(ofEncoder.at("/classes/classes").asInt()).isEqualTo(2);
        JsonNode other = mmcr(
                        "analyze",
                        "--encoder",
                        graph,
                        "--data",
                        pictures,
                        "--views",
                        3,
                        "--augment",
                        "imagenet-b",
                        "--json")
                .json();
        assertThat(other.get("nuclear_norm")).isNotEqualTo(ofEncoder.get("nuclear_norm"));
        CliRun unknown = mmcr("analyze", "--encoder", graph, "--data", pictures, "--views", 3, "--augment", "cubist");
        assertThat(unknown.code()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(unknown.err()).contains("imagenet-b, found 'cubist'");
        mmcr("analyze", "--encoder", graph, "--views", 3).assertIsWrongUsage("expected --data DATA");
        mmcr("analyze", "--encoder", graph, "--data", pictures).assertIsWrongUsage("--views 4");
        mmcr("analyze", z, "--views", 3, "--data", pictures).assertIsWrongUsage("--data only with --encoder");
        mmcr("analyze").assertIsWrongUsage("either Z or --encoder");
        mmcr("embed", run, "--data", pictures, "--views", 2, "--augment", "cifar", "--out", temp.resolve("y.npy"))
                .assertIsWrongUsage("--augment only with --encoder");
    }

    @Test
    void evaluate_anExport_scoresLikeTheRunBesideThePixels() {
        JsonNode ofRun = mmcr("evaluate", run, "--train", pictures, "--test", pictures, "--no-baselines", "--json")
                .json();
        JsonNode ofGraph = mmcr("evaluate", "--encoder", graph, "--train", pictures, "--test", pictures, "--json")
                .json();
        assertThat(ofGraph.at("/subjects/0/protocols/0/score/top1"))
                .isEqualTo(ofRun.at("/subjects/0/protocols/0/score/top1"));
        assertThat(ofGraph.at("/subjects/1/name").asText()).isEqualTo("pixels");
        assertThat(ofGraph.get("subjects")).hasSize(2);
    }

    @Test
    void evaluate_severalEncoders_areOneTableAndTheSecondTimeKept() throws IOException {
        Path weights = temp.resolve("weights.safetensors");
        mmcr("export", run, "--format", "safetensors", "--out", weights);
        Path out = temp.resolve("compared");
        Object[] command = {
            "evaluate",
            "--encoder",
            graph,
            "--encoder",
            weights,
            "--run",
            run,
            "--train",
            pictures,
            "--test",
            pictures,
            "--labels-per-class",
            "2",
            "--out",
            out
        };
        CliRun table = mmcr(command);
        assertThat(table.code()).as(table.err()).isZero();
        assertThat(table.out()).containsPattern("encoder +weights +run\\R").contains("ms per sample", "16 x 16 pixels");
        assertThat(out.resolve("encoders.html")).content().contains("<th>weights</th>", "16 x 16 pixels");

        Object[] again = Arrays.copyOf(command, command.length + 2);
        again[command.length] = "--json";
        again[command.length + 1] = "--overwrite";
        CliRun second = mmcr(again);
        assertThat(second.err()).contains("24 features of an earlier command");
        JsonNode found = second.json();
        assertThat(found.get("encoders")).hasSize(3);
        assertThat(found.get("notes").toString())
                .contains("no time per sample of encoder, weights, run", "--no-cache computes");
        for (JsonNode encoder : found.get("encoders")) {
            assertThat(encoder.get("features").asInt()).isEqualTo(24);
            assertThat(encoder.has("seconds_per_sample")).isFalse();
            assertThat(encoder.at("/protocols/0/score/top1")).isEqualTo(found.at("/encoders/2/protocols/0/score/top1"));
        }
        assertThat(out.resolve("encoders.json")).exists();
        mmcr("evaluate", run, "--run", run, "--train", pictures, "--test", pictures)
                .assertIsWrongUsage("write --run");
        mmcr("evaluate", "--encoder", graph, "--train", pictures, "--test", pictures, "--out", out)
                .assertIsWrongUsage("--out only with several");
        mmcr("evaluate", "--encoder", graph, "--train", pictures, "--test", pictures, "--no-pictures")
                .assertIsWrongUsage("--no-pictures only with RUN");
        mmcr(
                        "evaluate",
                        "--encoder",
                        graph,
                        "--encoder",
                        graph,
                        "--encoder",
                        graph,
                        "--preprocess",
                        "file",
                        "--preprocess",
                        "clip",
                        "--train",
                        pictures,
                        "--test",
                        pictures)
                .assertIsWrongUsage("one for each of 3");
    }

    @Test
    void capacity_ofAnExport_isThatOfItsFeatures() throws IOException {
        Path out = temp.resolve("capacity");
        JsonNode found = mmcr("capacity", "--encoder", graph, "--data", pictures, "--out", out, "--json")
                .json();
        Path x = temp.resolve("x.npy");
        mmcr("embed", run, "--data", pictures, "--out", x);
        JsonNode expected =
                mmcr("capacity", x, "--labels", temp.resolve("x.csv"), "--json").json();
        assertThat(found.at("/capacity/value").asDouble())
                .isCloseTo(expected.at("/capacity/value").asDouble(), within(1e-3));
        assertThat(out.resolve("capacity.json")).exists();
        assertThat(out.resolve("report.html")).exists();
    }

    @Test
    void capacity_ofWeightsWithoutAFolder_writesNothing() {
        Path weights = temp.resolve("weights.safetensors");
        mmcr("export", run, "--format", "safetensors", "--out", weights);
        CliRun layers = mmcr("capacity", "--encoder", weights, "--data", pictures, "--directions", 20);
        assertThat(layers.code()).as(layers.err()).isZero();
        assertThat(layers.out()).contains("features").doesNotContain("layers.json");
        assertThat(Path.of("layers.json")).doesNotExist();
    }

    @Test
    void embed_graphsOfPyTorch_areReadAsTheyAre() {
        Path x = temp.resolve("x.npy");
        Path bytes = reference("bytes-nhwc.onnx");
        assertThat(mmcr("embed", "--encoder", bytes, "--data", pictures, "--out", x)
                        .code())
                .isZero();
        CliRun tokens = mmcr(
                "embed",
                "--encoder",
                reference("tokens.onnx"),
                "--preprocess",
                "dinov2",
                "--pool",
                "patches",
                "--data",
                pictures,
                "--out",
                temp.resolve("tokens.npy"));
        assertThat(tokens.err()).contains("'last_hidden_state' pooled over 65 tokens by 'patches', 32 features");
        assertThat(rows(x)).hasSize(24 * 32).doesNotContain(Float.NaN);
    }

    @Test
    void anyCommand_wrongOptionsOrGraphs_areOneLine() {
        Path x = temp.resolve("x.npy");
        mmcr("embed", "--encoder", graph, "--arch", "resnet18", "--data", pictures, "--out", x)
                .assertIsWrongUsage("expected no --arch with an ONNX file");
        mmcr("embed", run, "--pool", "cls", "--data", pictures, "--out", x)
                .assertIsWrongUsage("expected no --pool with a run");
        mmcr("embed", "--encoder", graph, "--encoder", graph, "--data", pictures, "--out", x)
                .assertIsWrongUsage("expected one --encoder FILE, found 2");
        mmcr("embed", "--encoder", reference("map.onnx"), "--data", pictures, "--out", x)
                .assertFailsWithOneLine("give --preprocess imagenet, clip, dinov2, half, none or FILE.json");
        mmcr("embed", "--encoder", reference("opset-too-new.onnx"), "--data", pictures, "--out", x)
                .assertFailsWithOneLine("found 99");
        mmcr(
                        "embed",
                        "--encoder",
                        reference("map.onnx"),
                        "--preprocess",
                        "imagenet",
                        "--size",
                        64,
                        "--data",
                        pictures,
                        "--out",
                        x)
                .assertFailsWithOneLine("found --size 64");
        mmcr("embed", "--encoder", graph, "--preprocess", "imagnet", "--data", pictures, "--out", x)
                .assertIsWrongUsage("found 'imagnet'");
        mmcr("embed", "--encoder", pictures, "--data", pictures, "--out", x)
                .assertFailsWithOneLine("found the folder " + pictures + "; name the file in it");
        assertThat(x).doesNotExist();
    }
}
