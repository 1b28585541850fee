package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.mmcr.cli.CliRun.mmcr;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.jetbrains.bio.npy.NpyFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mmcr capacity} over layers, times and checkpoints: several capacities in one document. */
@Tag("long")
class CapacitySeriesCommandTest {
    @TempDir
    private Path temp;

    private Path cube;

    /** Five classes of eight points in sixteen dimensions. */
    @BeforeEach
    void writePoints() {
        cube = temp.resolve("x.npy");
        NpyFile.write(cube, new Random(8).doubles(5 * 8 * 16, -1, 1).toArray(), new int[] {5, 8, 16});
    }

    @Test
    void glue_ofAnEncoder_isALayerEach() {
        Path pictures = CliPictures.write(temp.resolve("pictures"), 8, 1);
        Path run = temp.resolve("run");
        mmcr("pretrain", pictures, "--out", run, "--recipe", CliPictures.recipe(temp));
        JsonNode result = mmcr(
                        "capacity",
                        run,
                        "--data",
                        pictures,
                        "--method",
                        "glue",
                        "--directions",
                        30,
                        "--max-points",
                        4,
                        "--json")
                .json();
        assertThat(result.at("/after/0/center_axis_alignment/value").asDouble()).isPositive();
        assertThat(result.at("/before/0/capacity")).isEqualTo(result.at("/after/0/capacity"));
        assertThat(result.at("/before/1/capacity")).isNotEqualTo(result.at("/after/1/capacity"));
        assertThat(run.resolve("layers.png")).isNotEmptyFile();
        assertThat(mmcr("capacity", run, "--data", pictures, "--method", "glue", "--directions", 30)
                        .out())
                .containsPattern("features +\\d+ +\\d\\.\\d+ ");
        mmcr("capacity", run, "--data", pictures, "--method", "both").assertIsWrongUsage("2018 or glue with --data");
        mmcr("capacity", run, "--data", pictures, "--out", pictures)
                .assertIsWrongUsage("outside the data folder " + pictures);
    }

    @Test
    void glue_times_areACurveWithPairedDifferences() {
        double[] values = new double[3 * 4 * 6 * 10];
        Random random = new Random(4);
        double[] centres = random.doubles(4 * 10, -1, 1).toArray();
        double[] noise = random.doubles(4 * 6 * 10, -1, 1).toArray();
        for (int i = 0; i < values.length; i++) {
            int time = i / 240;
            int place = i % 240;
            values[i] = centres[place / 60 * 10 + place % 10] + (1 - 0.3 * time) * noise[place];
        }
        NpyFile.write(temp.resolve("times.npy"), values, new int[] {3, 4, 6, 10});
        for (int time = 0; time < 3; time++) {
            NpyFile.write(
                    temp.resolve("t" + time + ".npy"),
                    Arrays.copyOfRange(values, time * 240, (time + 1) * 240),
                    new int[] {4, 6, 10});
        }
        JsonNode curve = mmcr(
                        "capacity", temp.resolve("times.npy"), "--method", "glue", "--out", temp.resolve("o"), "--json")
                .json();
        assertThat(curve.get("over").asText()).isEqualTo("time");
        assertThat(curve.get("conditions").findValuesAsText("at")).containsExactly("0", "1", "2");
        JsonNode files = mmcr(
                        "capacity",
                        temp.resolve("t0.npy"),
                        temp.resolve("t1.npy"),
                        temp.resolve("t2.npy"),
                        "--method",
                        "glue",
                        "--json")
                .json();
        JsonNode alone = mmcr("capacity", temp.resolve("t2.npy"), "--method", "glue", "--json")
                .json();
        for (String figure : CorrelatedCapacityCommandTest.FIGURES) {
            JsonNode last = curve.at("/conditions/2").get(figure);
            assertThat(last)
                    .as(figure)
                    .isEqualTo(files.at("/conditions/2").get(figure))
                    .isEqualTo(alone.get(figure));
            assertThat(curve.at("/differences/1/figures")
                            .get(figure)
                            .get("value")
                            .asDouble())
                    .as(figure)
                    .isCloseTo(
                            last.get("value").asDouble()
                                    - curve.at("/conditions/0")
                                            .get(figure)
                                            .get("value")
                                            .asDouble(),
                            within(1e-12));
        }
        assertThat(curve.at("/differences/1/figures/capacity/ci95/0").asDouble())
                .isPositive();
        for (String file : new String[] {"series.json", "series.png", "series.svg"}) {
            assertThat(temp.resolve("o").resolve(file)).isNotEmptyFile();
        }
        assertThat(temp.resolve("o/series.svg")).content().contains("Bands: 95 % intervals over ");
        assertThat(temp.resolve("o/report.html")).content().contains("\"series\":{\"over\":\"time\"");
        assertThat(mmcr("capacity", temp.resolve("times.npy"), "--method", "glue", "--directions", 20)
                        .out())
                .contains("condition", "change of capacity in " + temp.resolve("times.npy") + " 2: ");
        mmcr("capacity", temp.resolve("times.npy"), "--method", "glue", "--simulate", 20)
                .assertIsWrongUsage("--simulate with one condition");
        mmcr("capacity", cube, temp.resolve("t1.npy"), "--method", "both").assertIsWrongUsage("--method 2018 or glue");
        mmcr("capacity", cube, cube, "--method", "glue").assertFailsWithOneLine("twice");
        mmcr("capacity", cube, temp.resolve("t1.npy"), "--method", "glue")
                .assertFailsWithOneLine("the same classes and dimensions", "t1.npy");
    }

    @Test
    void series_twoOfTheSameTimes_areComparedTimeByTime() {
        double[] values = new double[2 * 5 * 8 * 16];
        Random random = new Random(6);
        Arrays.setAll(values, i -> random.nextGaussian() + 3 * ((i / 128) % 5 == i % 16 ? 1 : 0));
        NpyFile.write(temp.resolve("a.npy"), values, new int[] {2, 5, 8, 16});
        Arrays.setAll(values, i -> values[i] * (i % 16 < 5 ? 1 : 0.5));
        NpyFile.write(temp.resolve("b.npy"), values, new int[] {2, 5, 8, 16});
        JsonNode found = mmcr("capacity", temp.resolve("a.npy"), temp.resolve("b.npy"), "--method", "glue", "--json")
                .json();
        assertThat(found.get("conditions").findValuesAsText("at")).containsExactly("0", "1", "0", "1");
        assertThat(found.get("differences").findValuesAsText("at")).containsExactly("1", "0", "1");
        assertThat(found.at("/differences/2/figures/capacity/value").asDouble())
                .isCloseTo(
                        found.at("/conditions/3/capacity/value").asDouble()
                                - found.at("/conditions/1/capacity/value").asDouble(),
                        within(1e-12))
                .isPositive();
        JsonNode older = mmcr("capacity", temp.resolve("a.npy"), temp.resolve("b.npy"), "--json")
                .json();
        assertThat(older.get("differences")).isEmpty();
        assertThat(older.at("/conditions/3/center_correlation").asDouble()).isPositive();
        mmcr("capacity", temp.resolve("a.npy"), cube, "--method", "glue")
                .assertFailsWithOneLine("the same times in every condition");
    }

    @Test
    void everyCheckpoint_ofARun_isACurveOverSteps() {
        Path pictures = CliPictures.write(temp.resolve("pictures"), 8, 1);
        Path run = temp.resolve("run");
        mmcr(
                "pretrain",
                pictures,
                "--out",
                run,
                "--recipe",
                CliPictures.recipe(temp),
                "--steps",
                4,
                "--set",
                "checkpoint.keep=9",
                "--set",
                "checkpoint.steps=2");
        for (String method : new String[] {"2018", "glue"}) {
            JsonNode found = mmcr(
                            "capacity",
                            run,
                            "--data",
                            pictures,
                            "--every-checkpoint",
                            "--method",
                            method,
                            "--directions",
                            30,
                            "--json")
                    .json();
            assertThat(found.get("over").asText()).isEqualTo("step");
            assertThat(found.get("conditions").findValuesAsText("at")).containsExactly("0", "2", "4");
            assertThat(found.at("/conditions/0/capacity/value")).isNotEqualTo(found.at("/conditions/2/capacity/value"));
            assertThat(found.get("differences")).hasSize(method.equals("glue") ? 2 : 0);
            JsonNode layers = mmcr(
                            "capacity", run, "--data", pictures, "--method", method, "--directions", 30, "--json")
                    .json();
            assertThat(found.at("/conditions/2/capacity")).isEqualTo(features(layers.get("after")));
            assertThat(found.at("/conditions/0/capacity")).isEqualTo(features(layers.get("before")));
        }
        assertThat(run.resolve("series.svg")).isNotEmptyFile();
        assertThat(run.resolve("report.html")).content().contains("\"series\":{\"over\":\"step\"");
        mmcr("capacity", run, "--every-checkpoint").assertIsWrongUsage("--data DATA with --every-checkpoint");
        mmcr("capacity", run, "--data", pictures, "--every-checkpoint", "--out", pictures)
                .assertIsWrongUsage("outside the data folder " + pictures);
        mmcr("capacity", run, "--data", pictures, "--every-checkpoint", "--simulate", 20)
                .assertIsWrongUsage("--simulate; leave it out");
        mmcr("capacity", run, "--data", pictures, "--every-checkpoint", "--method", "both")
                .assertIsWrongUsage("--method 2018 or glue");
    }

    private static JsonNode features(JsonNode layers) {
        for (JsonNode layer : layers) {
            if (layer.get("layer").asText().equals("features")) {
                return layer.get("capacity");
            }
        }
        throw new IllegalStateException("no layer called features");
    }
}
