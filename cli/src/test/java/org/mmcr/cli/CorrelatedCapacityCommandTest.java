package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.mmcr.cli.CliRun.mmcr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jetbrains.bio.npy.NpyFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code mmcr capacity --method glue} of one set of points. */
@Tag("long")
class CorrelatedCapacityCommandTest {
    static final List<String> FIGURES = List.of(
            "capacity",
            "dimension",
            "radius",
            "utility",
            "center_alignment",
            "axis_alignment",
            "center_axis_alignment");

    @TempDir
    private Path temp;

    private Path cube;

    /** Five classes of eight points in sixteen dimensions that share a direction. */
    @BeforeEach
    void writePoints() {
        Random random = new Random(8);
        double[] values = new double[5 * 8 * 16];
        double[] centre = new double[16];
        for (int i = 0; i < values.length; i++) {
            if (i % (8 * 16) < 16) {
                centre[i % 16] = random.nextGaussian() + 2;
            }
            values[i] = centre[i % 16] + 0.3 * random.nextGaussian();
        }
        cube = temp.resolve("x.npy");
        NpyFile.write(cube, values, new int[] {5, 8, 16});
        NpyFile.write(temp.resolve("flat.npy"), values, new int[] {40, 16});
        int[] labels = new int[40];
        Arrays.setAll(labels, i -> i / 8);
        NpyFile.write(temp.resolve("labels.npy"), labels, new int[] {40});
        double[] directions = random.doubles(20 * 16, -2, 2).toArray();
        NpyFile.write(temp.resolve("t.npy"), directions, new int[] {20, 16});
        int[] signs = random.ints(20 * 5, 0, 2).map(i -> 2 * i - 1).toArray();
        NpyFile.write(temp.resolve("y.npy"), signs, new int[] {20, 5});
    }

    @ParameterizedTest
    @ValueSource(strings = {"separated", "correlated-centres", "more-points-than-dimensions", "one-point-each"})
    void glue_givenPairs_areTheReferenceFigures(String name) throws IOException {
        Path folder = CliRun.shared().resolve("reference/glue");
        assumeTrue(Files.isDirectory(folder), "reference values are not on this machine: no folder " + folder);
        JsonNode expected = new ObjectMapper()
                .readTree(folder.resolve("cases.json").toFile())
                .get(name);
        JsonNode found = mmcr(
                        "capacity",
                        folder.resolve(name + ".points.npy"),
                        "--method",
                        "glue",
                        "--t",
                        folder.resolve(name + ".t.npy"),
                        "--dichotomies",
                        folder.resolve(name + ".y.npy"),
                        "--json")
                .json();
        for (String figure : FIGURES) {
            JsonNode value = found.get(figure);
            if (expected.get(figure).isNull()) {
                assertThat(value.isNull()).as(figure).isTrue();
            } else {
                assertThat(value.path("value").asDouble())
                        .as(figure)
                        .isCloseTo(expected.get(figure).asDouble(), within(1e-6));
                assertThat(value.get("ci95")).as(figure).hasSize(2);
            }
        }
        assertThat(found.get("worst_kkt_gap").asDouble()).isLessThan(1e-9);
        assertThat(found.get("pairs").asInt()).isEqualTo(60);
        assertThat(found.get("seconds").asDouble()).isPositive();
    }

    @Test
    void glue_labelledPointsOnOneThread_areTheSameDocument() {
        JsonNode expected = mmcr("capacity", cube, "--method", "glue", "--directions", 40, "--json")
                .json();
        JsonNode found = mmcr(
                        "capacity",
                        temp.resolve("flat.npy"),
                        "--labels",
                        temp.resolve("labels.npy"),
                        "--method",
                        "glue",
                        "--directions",
                        40,
                        "--threads",
                        1,
                        "--json")
                .json();
        for (String key : FIGURES) {
            assertThat(found.get(key)).as(key).isEqualTo(expected.get(key));
        }
        assertThat(found.get("per_manifold"))
                .isEqualTo(expected.get("per_manifold"))
                .hasSize(5);
        for (String key : new String[] {"radius", "dimension"}) {
            double[] sorted = found.get("per_manifold").findValues(key).stream()
                    .mapToDouble(JsonNode::asDouble)
                    .sorted()
                    .toArray();
            assertThat(found.at("/medians/" + key).asDouble()).as(key).isEqualTo(sorted[2]);
        }
        assertThat(found.at("/center_alignment/value").asDouble()).isGreaterThan(0.7);
        assertThat(mmcr("capacity", cube, "--method", "glue", "--directions", 40, "--seed", 3, "--json")
                        .json()
                        .get("capacity"))
                .isNotEqualTo(expected.get("capacity"));
    }

    @Test
    void glue_oneVersusRest_isAnotherSetOfDichotomies() {
        String[] kinds = {"random", "one-vs-rest"};
        JsonNode[] found = Arrays.stream(kinds)
                .map(kind -> mmcr("capacity", cube, "--method", "glue", "--dichotomies", kind, "--json")
                        .json()
                        .get("capacity"))
                .toArray(JsonNode[]::new);
        assertThat(found[0]).isNotEqualTo(found[1]);
    }

    @Test
    void glue_givenPairs_doNotDependOnTheSeed() {
        Object[] arguments = {
            "capacity",
            cube,
            "--method",
            "glue",
            "--t",
            temp.resolve("t.npy"),
            "--dichotomies",
            temp.resolve("y.npy"),
            "--json",
            "--seed",
            1
        };
        JsonNode first = mmcr(arguments).json();
        arguments[10] = 2;
        JsonNode second = mmcr(arguments).json();
        for (String key : FIGURES) {
            assertThat(first.get(key).get("value")).isEqualTo(second.get(key).get("value"));
        }
        assertThat(first.get("capacity")).isNotEqualTo(second.get("capacity"));
    }

    @Test
    void glue_text_isATable() {
        CliRun run = mmcr(
                "capacity",
                cube,
                "--method",
                "glue",
                "--directions",
                20,
                "--max-points",
                5,
                "--out",
                temp.resolve("o"));
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("5 classes, 5 points each, 16 dimensions, 20 pairs", "capacity", "centre-axis", "utility")
                .containsPattern("radius .* median [0-9.]+ +lengths of the centres")
                .containsPattern("dimension .* median [0-9.]+ +of a class")
                .contains("glue.json, report.html are in");
        assertThat(temp.resolve("o/glue.json")).isNotEmptyFile();
        assertThat(temp.resolve("o/report.html")).content().contains("\"glue\":{\"capacity\"");
        assertThat(temp.resolve("o/capacity.json")).doesNotExist();
    }

    @Test
    void both_isOneDocumentAndOneTable() {
        JsonNode both = mmcr("capacity", cube, "--method", "both", "--directions", 30, "--simulate", 20, "--json")
                .json();
        assertThat(both.get("2018").get("capacity"))
                .isEqualTo(mmcr("capacity", cube, "--directions", 30, "--json")
                        .json()
                        .get("capacity"));
        assertThat(both.get("glue").get("capacity"))
                .isEqualTo(mmcr("capacity", cube, "--method", "glue", "--directions", 30, "--json")
                        .json()
                        .get("capacity"));
        assertThat(both.at("/2018/simulation/capacity/value").asDouble())
                .isNotEqualTo(both.at("/glue/simulation/capacity/value").asDouble());
        CliRun run = mmcr("capacity", cube, "--method", "both", "--directions", 30, "--out", temp.resolve("o"));
        assertThat(run.out()).contains("2018                         glue").containsPattern("utility +- +\\d");
        assertThat(temp.resolve("o/glue.json")).isNotEmptyFile();
        assertThat(temp.resolve("o/capacity.json")).isNotEmptyFile();
    }

    @Test
    void glue_oddPoints_areMeasuredAndNamed() {
        NpyFile.write(temp.resolve("one.npy"), new double[] {1, 2, 2, 1}, new int[] {1, 2, 2});
        JsonNode one = mmcr("capacity", temp.resolve("one.npy"), "--method", "glue", "--json")
                .json();
        assertThat(one.get("center_alignment").isNull()).isTrue();
        assertThat(one.at("/capacity/value").asDouble()).isPositive();
        NpyFile.write(
                temp.resolve("around.npy"), new double[] {1, 1, -1, 1, 0, -1, 3, 3, 3, 4, 4, 3}, new int[] {2, 3, 2});
        CliRun around = mmcr("capacity", temp.resolve("around.npy"), "--method", "glue");
        assertThat(around.out()).contains("contains origin (class 0)", "anchors not unique");
    }

    @Test
    void glue_fewGivenPairs_areNumbersWithoutIntervals() {
        NpyFile.write(temp.resolve("two.npy"), new double[] {1, 0, 0, 1}, new int[] {2, 1, 2});
        NpyFile.write(temp.resolve("t2.npy"), new double[] {-1, 0, 0, -2}, new int[] {2, 2});
        NpyFile.write(temp.resolve("y2.npy"), new double[] {1, 1, 1, 1}, new int[] {2, 2});
        JsonNode found = mmcr(
                        "capacity",
                        temp.resolve("two.npy"),
                        "--method",
                        "glue",
                        "--t",
                        temp.resolve("t2.npy"),
                        "--dichotomies",
                        temp.resolve("y2.npy"),
                        "--json")
                .json();
        assertThat(found.get("capacity").asDouble()).isCloseTo(0.8, within(1e-12));
    }

    @Test
    void glue_optionsWithoutEffect_areWrongUsage() {
        Path t = temp.resolve("t.npy");
        mmcr("capacity", cube, "--method", "2019").assertIsWrongUsage("2018, glue or both");
        mmcr("capacity", cube, "--dichotomies", "random").assertIsWrongUsage("--method glue");
        mmcr("capacity", cube, "--method", "glue", "--kappa", 0.1).assertIsWrongUsage("--kappa 0.1");
        mmcr("capacity", cube, "--method", "glue", "--t", t, "--directions", 20).assertIsWrongUsage("--directions");
        mmcr("capacity", cube, "--method", "glue", "--t", t, "--project", 4).assertIsWrongUsage("--project");
        mmcr("capacity", cube, "--method", "glue", "--directions", 3).assertIsWrongUsage("at least 10 directions");
        mmcr("capacity", cube, "--method", "glue", "--dichotomies", "one-vs-all")
                .assertIsWrongUsage("one-vs-rest");
        mmcr("capacity", "--single", cube, "--t", t, "--method", "glue").assertIsWrongUsage("--method");
        mmcr("capacity", cube, "--t", t).assertIsWrongUsage("--method glue");
    }

    @Test
    void glue_wrongFiles_areOneLine() {
        NpyFile.write(temp.resolve("zero.npy"), new int[] {1, -1, 1, 0, 1}, new int[] {1, 5});
        NpyFile.write(temp.resolve("four.npy"), new int[] {1, -1, 1, 1}, new int[] {1, 4});
        NpyFile.write(temp.resolve("flat-y.npy"), new int[] {1, -1, 1, 1, 1}, new int[] {5});
        NpyFile.write(temp.resolve("t3.npy"), new double[60], new int[] {20, 3});
        NpyFile.write(temp.resolve("nan.npy"), new double[] {1, 0, 1, Double.NaN}, new int[] {1, 2, 2});
        fails("zero.npy", "found 0.0 in row 0, column 3");
        fails("four.npy", "each of the 5 classes, found 4");
        fails("flat-y.npy", "(pairs, classes)");
        fails("none.npy", "none.npy");
        mmcr("capacity", cube, "--method", "glue", "--t", temp.resolve("t3.npy"))
                .assertFailsWithOneLine("directions of 16 dimensions");
        mmcr(
                        "capacity",
                        cube,
                        "--method",
                        "glue",
                        "--t",
                        temp.resolve("t.npy"),
                        "--dichotomies",
                        temp.resolve("nan.npy"))
                .assertFailsWithOneLine("(pairs, classes)");
        mmcr("capacity", temp.resolve("nan.npy"), "--method", "glue").assertFailsWithOneLine("manifold 0, point 1");
    }

    private void fails(String dichotomies, String part) {
        NpyFile.write(temp.resolve("t1.npy"), new double[16], new int[] {1, 16});
        mmcr(
                        "capacity",
                        cube,
                        "--method",
                        "glue",
                        "--t",
                        temp.resolve("t1.npy"),
                        "--dichotomies",
                        temp.resolve(dichotomies))
                .assertFailsWithOneLine(part);
    }
}
