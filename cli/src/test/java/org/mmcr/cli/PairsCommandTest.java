package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mmcr.cli.CliRun.mmcr;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.data.io.NpyArray;
import org.mmcr.data.io.NpyFiles;

@Tag("long")
class PairsCommandTest {
    private static final int SHARED = 3;

    @TempDir
    Path temp;

    /** Writes pairs of 5 and 4 columns that share three; returns their location. */
    private String pairs(String name, int samples, int gaps) throws IOException {
        Random random = new Random(name.hashCode());
        float[] first = new float[samples * 5];
        float[] second = new float[samples * 4];
        for (int n = 0; n < samples; n++) {
            for (int c = 0; c < 5; c++) {
                first[n * 5 + c] = (float) random.nextGaussian();
            }
            for (int c = 0; c < 4; c++) {
                second[n * 4 + c] = (c < SHARED ? 2 * first[n * 5 + c] : 0) + 0.3f * (float) random.nextGaussian();
            }
        }
        for (int n = 0; n < gaps; n++) {
            Arrays.fill(second, n * 4, n * 4 + 4, Float.NaN);
        }
        if (gaps > 0) {
            Arrays.fill(first, 0, 5, Float.NaN); // the first sample has no modality
        }
        return write("image-" + name, first, 5) + "," + write("text-" + name, second, 4);
    }

    private Path write(String name, float[] values, int columns) throws IOException {
        Path file = temp.resolve(name + ".npy");
        NpyFiles.write(file, new NpyFiles.FloatArray(List.of((long) values.length / columns, (long) columns), values));
        return file;
    }

    /** Trains a small run on pairs. */
    private static CliRun train(Path run, String pairs, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("pretrain", "--pairs", pairs, "--out", run, "--steps", 120));
        arguments.addAll(List.of("--batch", 100, "--dimension", 3, "--learning-rate", 0.005, "--threads", 1));
        arguments.addAll(List.of("--set", "model.encoder.widths=[32]"));
        arguments.addAll(List.of(more));
        return mmcr(arguments.toArray());
    }

    @Test
    void pairs_fromTrainingToExport_workThroughEveryCommandThatTakesThem() throws IOException {
        String train = pairs("train", 400, 20);
        String test = pairs("test", 100, 0);
        Path run = temp.resolve("run");
        CliRun trained = train(run, train);
        assertThat(trained.code()).as(trained.err()).isZero();
        assertThat(trained.err()).contains("1 rows have no modality", "image-train.npy/0", "2 views of each");
        assertThat(run.resolve("broken.csv")).content().contains("image-train.npy/0");
        assertThat(run.resolve("report.html")).exists();

        JsonNode result = mmcr("evaluate", run, "--test", test, "--json").json();
        assertThat(result.at("/complete").asInt()).isEqualTo(100);
        for (String direction : List.of("forth", "back")) {
            JsonNode retrieval = result.at("/pairs/0/" + direction);
            assertThat(retrieval.get("recall10").asDouble()).isGreaterThan(0.5);
            assertThat(retrieval.get("matching").asDouble()).isGreaterThan(0.9);
            assertThat(retrieval.get("median_rank").asDouble()).isLessThan(11);
            assertThat(retrieval.at("/chance/recall10").asDouble()).isEqualTo(0.1);
        }
        assertThat(result.at("/pairs/0/analysis/percent_error").asDouble()).isBetween(0.0, 0.5);
        assertThat(result.at("/pairs/0/analysis/infonce").asDouble()).isPositive();
        assertThat(run.resolve("report.html"))
                .content()
                .contains(
                        "\"pairs\":{",
                        "\"recall10\":" + result.at("/pairs/0/forth/recall10").asText());
        CliRun table = mmcr("evaluate", run);
        assertThat(table.code()).as(table.err()).isZero();
        assertThat(table.out())
                .contains("399 samples, 380 with every modality", "1 rows without any modality", "chance", "19 of 399")
                .contains("mutual information at least ", "reconstruction + entropy ");

        Path embedded = temp.resolve("z.npy");
        String image = test.split(",", -1)[0];
        JsonNode rows = mmcr("embed", run, "--modality", "image-train", "--data", image, "--out", embedded, "--json")
                .json();
        assertThat(rows.get("dimension").asInt()).isEqualTo(3);
        assertThat(NpyArray.open(embedded).shape()).containsExactly(100L, 3L);
        JsonNode exported = mmcr(
                        "export",
                        run,
                        "--modality",
                        1,
                        "--format",
                        "onnx",
                        "--out",
                        temp.resolve("text.onnx"),
                        "--json")
                .json();
        assertThat(exported.at("/check/real_inputs").asInt()).isPositive();
        refuses(run, test);
    }

    @Test
    void pairs_withTwoViewsOfEachModality_areTrainedAndMeasured() throws IOException {
        Path run = temp.resolve("four");
        CliRun trained = train(
                run,
                pairs("four", 400, 0),
                "--views",
                4,
                "--set",
                "view.recipes=[{base: vectors, noise: 0.3, mask: 0, scale: 0},"
                        + " {base: vectors, noise: 0, mask: 0, scale: 0}]");
        assertThat(trained.code()).as(trained.err()).isZero();
        assertThat(trained.err()).contains("4 views of each");
        assertThat(run.resolve("config.yaml")).content().contains("noise: 0.3", "noise: 0.0");
        JsonNode result = mmcr("evaluate", run, "--test", pairs("fresh", 100, 0), "--json")
                .json();
        for (String direction : List.of("forth", "back")) {
            assertThat(result.at("/pairs/0/" + direction + "/matching").asDouble())
                    .isGreaterThan(0.8);
        }
    }

    /** Three tables of the same three variates; the second lacks some rows and the third others. */
    @Test
    void pairs_ofThreeModalities_areMeasuredTwoByTwoAndTogether() throws IOException {
        Random random = new Random(8);
        int samples = 300;
        List<String> files = new ArrayList<>();
        float[] shared = new float[samples * SHARED];
        for (int i = 0; i < shared.length; i++) {
            shared[i] = (float) random.nextGaussian();
        }
        for (int m = 0; m < 3; m++) {
            int columns = SHARED + m;
            float[] values = new float[samples * columns];
            for (int i = 0; i < values.length; i++) {
                int column = i % columns;
                values[i] = 0.2f * (float) random.nextGaussian()
                        + (column < SHARED ? (m + 1) * shared[i / columns * SHARED + column] : 0);
                if (m > 0 && i / columns % 10 == m) {
                    values[i] = Float.NaN;
                }
            }
            files.add(write("sensor" + m, values, columns).toString());
        }
        Path run = temp.resolve("three");
        CliRun trained = mmcr(
                "pretrain",
                "--pairs",
                String.join(",", files),
                "--out",
                run,
                "--steps",
                100,
                "--batch",
                100,
                "--dimension",
                4,
                "--learning-rate",
                0.005,
                "--threads",
                1,
                "--set",
                "model.encoder.widths=[32]");
        assertThat(trained.code()).as(trained.err()).isZero();
        assertThat(trained.err()).contains("3 views of each");
        JsonNode result = mmcr("evaluate", run, "--json").json();
        assertThat(result.at("/complete").asInt()).isEqualTo(samples * 8 / 10);
        assertThat(result.get("pairs")).hasSize(3);
        for (JsonNode pair : result.get("pairs")) {
            assertThat(pair.at("/forth/matching").asDouble()).isGreaterThan(0.9);
            assertThat(pair.at("/back/recall10").asDouble()).isGreaterThan(0.3);
        }
        assertThat(mmcr("evaluate", run).out()).contains("sensor0", "sensor1", "sensor2");
        mmcr("pretrain", "--pairs", String.join(",", files), "--views", 4, "--batch", 30, "--out", temp.resolve("odd"))
                .assertFailsWithOneLine("multiple of 3");
    }

    private void refuses(Path run, String test) {
        Path out = temp.resolve("never.npy");
        String image = test.split(",", -1)[0];
        for (Object[] command : new Object[][] {
            {"embed", run, "--data", image, "--out", out},
            {"export", run, "--format", "onnx", "--out", out},
            {"quality", run, "--data", image},
            {"capacity", run, "--data", image},
            {"explore", run, "--data", image},
        }) {
            mmcr(command).assertFailsWithOneLine("paired data");
        }
        mmcr("embed", run, "--modality", "sound", "--data", image, "--out", out)
                .assertFailsWithOneLine("image-train, text-train", "'sound'");
        mmcr("embed", run, "--modality", 0, "--data", image, "--out", out, "--device", "cuda")
                .assertIsWrongUsage("expected no --device with --modality");
        mmcr("evaluate", run, "--train", image, "--test", test).assertIsWrongUsage("only --test");
        mmcr("evaluate", run, "--device", "cuda", "--no-cache", "--no-baselines")
                .assertIsWrongUsage("found also --device, --no-baselines, --no-cache");
        mmcr("evaluate", run, "--test", image + "," + image).assertFailsWithOneLine("[5, 4]", "[5, 5]");
        mmcr("evaluate", "--encoder", "x.onnx", "--test", image).assertIsWrongUsage("no --train");
        mmcr("pretrain", image, "--pairs", test, "--out", temp.resolve("two")).assertIsWrongUsage("either DATA");
        mmcr("pretrain", "--pairs", image, "--out", temp.resolve("one")).assertFailsWithOneLine("two or more");
        mmcr("pretrain", "--pairs", test, "--views", 3, "--batch", 32, "--out", temp.resolve("odd"))
                .assertFailsWithOneLine("multiple of 2");
    }
}
