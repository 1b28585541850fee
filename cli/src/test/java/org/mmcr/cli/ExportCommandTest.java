package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.mmcr.cli.CliRun.mmcr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportCommandTest {
    @TempDir
    private Path temp;

    private Path pictures;
    private Path recipe;
    private Path run;
    private Path weights;

    @BeforeEach
    void train() {
        pictures = CliPictures.write(temp.resolve("pictures"), 12, 1);
        recipe = CliPictures.recipe(temp);
        run = temp.resolve("run");
        weights = temp.resolve("encoder.safetensors");
        assertThat(mmcr("pretrain", pictures, "--out", run, "--recipe", recipe).code())
                .isZero();
    }

    @Test
    void safetensors_ofARun_reportsWhereItComesFromAndEmbedsLikeTheRun() throws IOException {
        mmcr("evaluate", run, "--train", pictures, "--test", pictures, "--no-baselines");
        JsonNode result = mmcr(
                        "export",
                        run,
                        "--format",
                        "safetensors",
                        "--out",
                        weights,
                        "--with-projector",
                        "--with-probe",
                        "--json")
                .json();
        assertThat(result.get("bytes").asLong()).isEqualTo(Files.size(weights));

        JsonNode header = header(weights);
        JsonNode metadata = header.get("__metadata__");
        assertThat(metadata.fieldNames())
                .toIterable()
                .contains("format", "version", "recipe", "steps", "data", "metrics", "encoder", "preprocessing");
        assertThat(metadata.get("steps").asText()).isEqualTo("6");
        assertThat(metadata.get("data").asText()).isEqualTo("pictures");
        assertThat(metadata.get("recipe").asText()).contains("batch: 8");
        double linear = new ObjectMapper()
                .readTree(Files.readString(run.resolve("evaluation.json")))
                .at("/subjects/0/protocols/2/score/top1")
                .asDouble();
        assertThat(linear).isGreaterThan(0.5);
        assertThat(metadata.get("metrics").asText()).contains("\"linear\":" + linear, "\"percent_error\"");
        assertThat(metadata.get("class_names").asText()).isEqualTo("[\"round\",\"square\"]");
        assertThat(header.at("/fc.weight/shape").toString()).isEqualTo("[2,24]");
        assertThat(header.has("projector.0.weight")).isTrue();

        Path expected = temp.resolve("run.npy");
        Path found = temp.resolve("file.npy");
        mmcr("embed", run, "--data", pictures, "--out", expected);
        assertThat(metadata.get("precision").asText()).isEqualTo("fp32"); // and so it is used with
        CliRun embedded = mmcr("embed", "--encoder", weights, "--data", pictures, "--out", found);
        assertThat(embedded.err()).contains("left aside").contains("fc.weight");
        assertThat(Files.mismatch(found, expected)).isEqualTo(-1);
    }

    @Test
    void evaluateAndPretrain_fromAFile_useItsWeights() {
        mmcr("export", run, "--format", "safetensors", "--out", weights);
        JsonNode ofRun = mmcr("evaluate", run, "--train", pictures, "--test", pictures, "--no-baselines", "--json")
                .json();
        JsonNode ofFile = mmcr(
                        "evaluate",
                        "--encoder",
                        weights,
                        "--precision",
                        "fp32",
                        "--train",
                        pictures,
                        "--test",
                        pictures,
                        "--json")
                .json();
        String knn = "/protocols/0/score/top1";
        assertThat(ofFile.at("/subjects/0" + knn)).isEqualTo(ofRun.at("/subjects/0" + knn));
        assertThat(ofFile.at("/subjects/1" + knn).isNumber()).isTrue();
        assertThat(ofFile.has("analysis")).isFalse();

        Path second = temp.resolve("second");
        CliRun more = mmcr(
                "pretrain",
                pictures,
                "--out",
                second,
                "--recipe",
                recipe,
                "--init",
                weights,
                "--seed",
                5,
                "--steps",
                1,
                "--set",
                "optimizer={type: sgd, learningRate: 1e-9}");
        assertThat(more.code()).as(more.err()).isZero();
        assertThat(more.err()).contains("starting from " + weights);
        JsonNode ofSecond = mmcr(
                        "evaluate", second, "--train", pictures, "--test", pictures, "--no-baselines", "--json")
                .json();
        assertThat(ofSecond.at("/subjects/0/protocols/2/settings/evaluations").isNumber())
                .isTrue();
        // A tiny learning rate keeps the weights; only the running statistics have changed.
        mmcr("export", second, "--format", "safetensors", "--out", temp.resolve("second.safetensors"));
        assertThat(tensor(temp.resolve("second.safetensors"), "stem.conv.weight"))
                .containsExactly(tensor(weights, "stem.conv.weight"), within(1e-6f));
    }

    @Test
    void onnx_ofARun_isComparedWithLibtorchOnItsPictures() throws IOException {
        mmcr("evaluate", run, "--train", pictures, "--test", pictures, "--no-baselines");
        Path graph = temp.resolve("encoder.onnx");
        CliRun export =
                mmcr("export", run, "--format", "onnx", "--out", graph, "--with-projector", "--with-probe", "--json");
        assertThat(export.provenance().path("inputs").findValuesAsText("fingerprint"))
                .as("fingerprints of run and pictures")
                .hasSize(2);
        JsonNode result = export.json();
        assertThat(result.at("/check/random_inputs").asInt()).isPositive();
        assertThat(result.at("/check/real_inputs").asInt()).isEqualTo(16);
        for (String output : new String[] {"features", "embeddings", "logits", "probabilities"}) {
            assertThat(result.at("/check/differences/" + output).asDouble(1)).isBetween(0.0, 1e-4);
        }
        assertThat(mmcr("export", run, "--format", "onnx", "--out", graph, "--overwrite")
                        .out())
                .contains("largest relative difference");
        Files.delete(graph);
        mmcr("export", run, "--format", "onnx", "--out", graph, "--opset", 99)
                .assertFailsWithOneLine("99", "--opset 17");
        mmcr("export", run, "--format", "onnx", "--out", graph, "--opset", 5).assertIsWrongUsage("found 5");
        mmcr("export", run, "--format", "onnx", "--out", graph, "--data", temp.resolve("none"))
                .assertFailsWithOneLine("none");
        assertThat(graph).doesNotExist();
        Path script = temp.resolve("encoder.pt");
        assertThat(mmcr("export", run, "--format", "torchscript", "--out", script)
                        .code())
                .isZero();
        assertThat(script).exists();
        Files.move(pictures, temp.resolve("moved"));
        assertThat(mmcr("export", run, "--format", "onnx", "--out", graph).err())
                .contains("random inputs only");
        assertThat(graph).exists();
    }

    /** The table is read as the run read it: its column of text is the label. */
    @Test
    void onnx_ofATableWithALabelColumnOfItsOwn_isComparedOnItsRows() throws IOException {
        Path table = Files.writeString(temp.resolve("t.csv"), "a,b,kind\n1,2,x\n2,1,y\n3,5,x\n4,1,y\n");
        Path trained = temp.resolve("of-table");
        CliRun pretrained = mmcr(
                "pretrain",
                table,
                "--label-column",
                "kind",
                "--out",
                trained,
                "--steps",
                1,
                "--batch",
                4,
                "--set",
                "model.encoder.widths=[8]");
        assertThat(pretrained.code()).as(pretrained.err()).isZero();
        JsonNode result = mmcr("export", trained, "--format", "onnx", "--out", temp.resolve("t.onnx"), "--json")
                .json();
        assertThat(result.at("/check/real_inputs").asInt()).isPositive();
    }

    @Test
    void export_withoutProbe_orOfAnOldOne_reportsToEvaluate() throws IOException {
        mmcr("export", run, "--format", "safetensors", "--out", weights, "--with-probe")
                .assertFailsWithOneLine("probe.safetensors", "mmcr evaluate");
        mmcr("evaluate", run, "--train", pictures, "--test", pictures, "--no-baselines");
        mmcr("pretrain", pictures, "--out", temp.resolve("other"), "--recipe", recipe, "--steps", 3);
        Files.copy(run.resolve("probe.safetensors"), temp.resolve("other").resolve("probe.safetensors"));
        mmcr("export", temp.resolve("other"), "--format", "safetensors", "--out", weights, "--with-probe")
                .assertFailsWithOneLine("step 3", "step 6");
        assertThat(weights).doesNotExist();
    }

    @Test
    void wrongInput_isOneLine() throws IOException {
        assertThat(mmcr("export", run, "--format", "pickle", "--out", weights).code())
                .isEqualTo(ExitCode.WRONG_USAGE);
        mmcr(
                        "export",
                        run,
                        "--format",
                        "safetensors",
                        "--out",
                        run.resolve("config.yaml").resolve("x"))
                .assertFailsWithOneLine("folder");
        mmcr("export", run, "--format", "safetensors", "--out", weights, "--opset", 17)
                .assertIsWrongUsage("--format onnx");
        mmcr("export", temp.resolve("none"), "--format", "safetensors", "--out", weights)
                .assertFailsWithOneLine("none");
        mmcr("export", run, "--format", "safetensors", "--out", weights);
        Path x = temp.resolve("x.npy");
        mmcr("embed", "--data", pictures, "--out", x).assertIsWrongUsage("neither");
        mmcr("embed", run, "--encoder", weights, "--data", pictures, "--out", x).assertIsWrongUsage("both");
        mmcr("embed", run, "--data", pictures, "--out", x, "--mean", "0,0,0", "--precision", "fp32")
                .assertIsWrongUsage("expected no --mean, --precision with a run");
        mmcr("embed", "--encoder", weights, "--data", pictures, "--out", x, "--mean", "0.5")
                .assertIsWrongUsage("three numbers");
        mmcr("embed", "--encoder", weights, "--data", pictures, "--out", x, "--std", "0,1,1")
                .assertIsWrongUsage("positive standard deviations");
        mmcr("embed", "--encoder", weights, "--arch", "resnet18", "--data", pictures, "--out", x)
                .assertFailsWithOneLine(
                        "missing", "unexpected", "conv1.weight is float[8, 4, 3, 3] instead of float[64, 3, 7, 7]");
        byte[] whole = Files.readAllBytes(weights);
        Path cut = Files.write(temp.resolve("cut"), Arrays.copyOf(whole, whole.length - 5));
        mmcr("embed", "--encoder", cut, "--data", pictures, "--out", x).assertFailsWithOneLine("cut short");
        mmcr("pretrain", pictures, "--out", temp.resolve("r"), "--recipe", recipe, "--init", cut)
                .assertFailsWithOneLine("cut short");
        assertThat(x).doesNotExist();
    }

    @Test
    void export_ontoAFileOfTheRun_isWrongUsage() throws IOException {
        String config = Files.readString(run.resolve("config.yaml"));
        mmcr("export", run, "--format", "safetensors", "--out", run.resolve("config.yaml"), "--overwrite")
                .assertIsWrongUsage("not an input");
        assertThat(run.resolve("config.yaml")).hasContent(config);
        Path inside = run.resolve("checkpoints/encoder.safetensors");
        mmcr("export", run, "--format", "safetensors", "--out", inside)
                .assertIsWrongUsage("outside the checkpoints of the run");
        assertThat(inside).doesNotExist();
    }

    @Test
    void embed_viewsByWeightsOfNaN_failsAndLeavesNoFile() throws IOException {
        mmcr("export", run, "--format", "safetensors", "--out", weights);
        byte[] file = Files.readAllBytes(weights);
        long header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
        Arrays.fill(file, 8 + Math.toIntExact(header), file.length, (byte) 0xff);
        Files.write(weights, file);
        Path x = temp.resolve("x.npy");
        CliRun failed = mmcr("embed", "--encoder", weights, "--data", pictures, "--views", 2, "--out", x);
        assertThat(failed.code()).isEqualTo(ExitCode.FAILED);
        assertThat(failed.err()).contains("expected finite features");
        assertThat(x).doesNotExist();
        assertThat(temp.resolve("x.csv")).doesNotExist();
    }

    private static JsonNode header(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        byte[] text = new byte[Math.toIntExact(bytes.getLong())];
        bytes.get(text);
        return new ObjectMapper().readTree(text);
    }

    private static float[] tensor(Path file, String name) {
        try {
            JsonNode offsets = header(file).at("/" + name + "/data_offsets");
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            int start = 8 + Math.toIntExact(bytes.getLong());
            float[] values = new float[(offsets.get(1).asInt() - offsets.get(0).asInt()) / 4];
            for (int i = 0; i < values.length; i++) {
                values[i] = bytes.getFloat(start + offsets.get(0).asInt() + 4 * i);
            }
            return values;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
