package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.mmcr.cli.CliRun.mmcr;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jetbrains.bio.npy.NpyFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CapacityCommandTest {
    @TempDir
    private Path temp;

    private Path cube;

    @BeforeEach
    void writePoints() {
        Random random = new Random(8);
        double[] values = new double[6 * 12 * 20];
        double[] centre = new double[20];
        for (int i = 0; i < values.length; i++) {
            if (i % (12 * 20) < 20) {
                centre[i % 20] = random.nextGaussian();
            }
            values[i] = centre[i % 20] + 0.3 * random.nextGaussian();
        }
        cube = temp.resolve("x.npy");
        NpyFile.write(cube, values, new int[] {6, 12, 20});
        NpyFile.write(temp.resolve("flat.npy"), values, new int[] {72, 20});
        int[] labels = new int[72];
        Arrays.setAll(labels, i -> i / 12);
        NpyFile.write(temp.resolve("y.npy"), labels, new int[] {72});
    }

    @Test
    void capacity_bothLayouts_areTheSameDocument() {
        JsonNode result = mmcr("capacity", cube, "--directions", 60, "--json").json();
        JsonNode labelled = mmcr(
                        "capacity",
                        temp.resolve("flat.npy"),
                        "--labels",
                        temp.resolve("y.npy"),
                        "--directions",
                        60,
                        "--threads",
                        1,
                        "--json")
                .json();
        for (String key : new String[] {"capacity", "radius", "dimension", "center_correlation", "per_manifold"}) {
            assertThat(labelled.get(key)).as(key).isEqualTo(result.get(key));
        }
        double capacity = result.at("/capacity/value").asDouble();
        assertThat(capacity).isBetween(0.3, 2.0);
        assertThat(result.at("/capacity/ci95/0").asDouble()).isLessThan(capacity);
        assertThat(result.at("/per_manifold")).hasSize(6);
        assertThat(result.get("worst_kkt_gap").asDouble()).isLessThan(1e-8);
        assertThat(result.get("low_rank").asInt()).isBetween(1, 4);
    }

    @Test
    void capacity_text_reportsWhatWasFound() {
        CliRun run = mmcr(
                "capacity", cube, "--directions", 20, "--max-points", 5, "--project", 10, "--out", temp.resolve("o"));
        assertThat(run.out()).contains("6 classes, 5 points each", "capacity", "common directions");
        assertThat(temp.resolve("o/capacity.json")).isNotEmptyFile();
        assertThat(temp.resolve("o/report.html")).content().contains("\"per_manifold\"");
    }

    @Test
    void capacity_single_isOneManifold() {
        NpyFile.write(temp.resolve("p.npy"), new double[] {0.5, -0.5}, new int[] {1, 2});
        NpyFile.write(temp.resolve("t.npy"), new double[] {1, 0.2, 1, -0.5}, new int[] {2, 2});
        JsonNode result = mmcr("capacity", "--single", temp.resolve("p.npy"), "--t", temp.resolve("t.npy"), "--json")
                .json();
        // Directions (1, 1) and (0.2, -0.5): lacking 0.5 + 1 against a slope of 0.5, the other one feasible.
        assertThat(result.get("capacity").asDouble()).isCloseTo(1 / (1.5 * 1.5 / 1.25 / 2), within(1e-9));
    }

    /** The same points as float16, float32 and integers, and out of a ZIP archive as numpy.savez writes it. */
    @Test
    void capacity_everyTypeAndArchive_isRead() throws IOException {
        double[] values = new double[4 * 6 * 8];
        Random random = new Random(3);
        for (int i = 0; i < values.length; i++) {
            values[i] = i / 48 * (i % 8 == i / 48 ? 20 : 1) + random.nextInt(5);
        }
        NpyFile.write(temp.resolve("d.npy"), values, new int[] {4, 6, 8});
        NpyFile.write(
                temp.resolve("i.npy"),
                Arrays.stream(values).mapToInt(v -> (int) v).toArray(),
                new int[] {4, 6, 8});
        float[] floats = new float[values.length];
        short[] halves = new short[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
            halves[i] = half((int) values[i]);
        }
        NpyFile.write(temp.resolve("f.npy"), floats, new int[] {4, 6, 8});
        NpyFile.write(temp.resolve("h.npy"), halves, new int[] {4, 6, 8});
        // The same bytes under the name of another type of the same width.
        String header = new String(Files.readAllBytes(temp.resolve("h.npy")), StandardCharsets.ISO_8859_1);
        Files.write(temp.resolve("h.npy"), header.replace("<i2", "<f2").getBytes(StandardCharsets.ISO_8859_1));
        zip("one.npz", "x", "d.npy");
        zip("two.npz", "x", "d.npy", "other", "i.npy");
        JsonNode expected = figures("d.npy");
        for (String file :
                new String[] {"i.npy", "f.npy", "h.npy", "one.npz", "two.npz", "two.npz#x", "two.npz#other"}) {
            assertThat(figures(file)).as(file).isEqualTo(expected);
        }
        mmcr("capacity", temp.resolve("two.npz") + "#y").assertFailsWithOneLine("x, other");
        Files.writeString(temp.resolve("bad.npz"), "no archive");
        mmcr("capacity", temp.resolve("bad.npz")).assertFailsWithOneLine("bad.npz");
    }

    private JsonNode figures(String file) {
        return mmcr("capacity", temp.resolve(file).toString(), "--directions", 30, "--json")
                .json()
                .get("per_manifold");
    }

    private void zip(String name, String... entries) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(temp.resolve(name)))) {
            for (int i = 0; i < entries.length; i += 2) {
                out.putNextEntry(new ZipEntry(entries[i] + ".npy"));
                Files.copy(temp.resolve(entries[i + 1]), out);
            }
        }
    }

    /** binary16 of a whole number from 0 to 2048. */
    private static short half(int value) {
        if (value == 0) {
            return 0;
        }
        int exponent = 31 - Integer.numberOfLeadingZeros(value);
        int fraction = exponent <= 10 ? value << (10 - exponent) : value >> (exponent - 10);
        return (short) (((exponent + 15) << 10) | (fraction & 0x3ff));
    }

    @Test
    void capacity_illPosed_isNamed() {
        NpyFile.write(temp.resolve("two.npy"), new double[] {1, 0, 1, 0, 0, 2, 0, 3}, new int[] {2, 2, 2});
        JsonNode cautions = mmcr("capacity", temp.resolve("two.npy"), "--directions", 30, "--json")
                .json()
                .get("cautions");
        assertThat(cautions.findValuesAsText("case")).containsExactly("two_manifolds", "one_point");
        assertThat(cautions.get(1).get("classes").get(0).asText()).isEqualTo("0");
        assertThat(mmcr("capacity", temp.resolve("two.npy"), "--directions", 30).out())
                .contains("one point (class 0)");
        NpyFile.write(temp.resolve("nan.npy"), new double[] {1, 0, 1, Double.NaN, 0, 2, 0, 3}, new int[] {2, 2, 2});
        mmcr("capacity", temp.resolve("nan.npy")).assertFailsWithOneLine("manifold 0, point 1");
    }

    @Test
    void capacity_simulated_standsBesideTheTheory() {
        JsonNode result = mmcr("capacity", cube, "--directions", 60, "--simulate", 40, "--json")
                .json();
        assertThat(result.at("/simulation/capacity/value").asDouble()).isBetween(0.3, 2.0);
        assertThat(result.at("/simulation/counts")).isNotEmpty();
        assertThat(mmcr("capacity", cube, "--directions", 60, "--simulate", 40).out())
                .contains("counted");
    }

    /** The measurement before it would end with the number that is not finite. */
    @Test
    void capacity_simulationThatCannotBeDone_isRefusedBeforeTheMeasurement() {
        double[] values = new double[3 * 1400 * 2];
        values[values.length - 1] = Double.NaN;
        Path many = temp.resolve("many.npy");
        NpyFile.write(many, values, new int[] {3, 1400, 2});
        mmcr("capacity", many, "--simulate", 40).assertFailsWithOneLine("at most 4000 points", "--max-points 1333");
        mmcr("capacity", many, "--simulate", 5).assertIsWrongUsage("at least 10 dichotomies", "found 5");
    }

    @Test
    void capacity_ofAnEncoderFile_isALayerEach() {
        Path pictures = CliPictures.write(temp.resolve("pictures"), 8, 1);
        Path run = temp.resolve("run");
        mmcr("pretrain", pictures, "--out", run, "--recipe", CliPictures.recipe(temp));
        JsonNode result = mmcr("capacity", run, "--data", pictures, "--directions", 30, "--max-points", 4, "--json")
                .json();
        assertThat(result.get("after").findValuesAsText("layer"))
                .startsWith("input")
                .endsWith("features", "projector");
        assertThat(result.get("before")).hasSameSizeAs(result.get("after"));
        assertThat(result.at("/before/0/capacity")).isEqualTo(result.at("/after/0/capacity"));
        assertThat(result.at("/before/1/capacity")).isNotEqualTo(result.at("/after/1/capacity"));
        for (String file : new String[] {"layers.json", "layers.png", "layers.svg"}) {
            assertThat(run.resolve(file)).isNotEmptyFile();
        }
        assertThat(run.resolve("report.html")).content().contains("\"layers\":{\"classes\":2");
        assertThat(mmcr("capacity", run, "--data", pictures, "--directions", 30, "--max-points", 1)
                        .out())
                .containsPattern("caution      two manifolds before in input, .*; after in input, .*: only two classes")
                .containsPattern("caution      one point before in input \\(2 classes\\), ")
                .contains("report.html");
        mmcr("capacity", run).assertIsWrongUsage("--data");
        mmcr("capacity", run, "--data", pictures, "--simulate", 20).assertIsWrongUsage("--simulate");
        mmcr("capacity", run, "--data", pictures, "--every-checkpoint", "--size", 64)
                .assertIsWrongUsage("expected no --size with --every-checkpoint");
    }

    @Test
    void capacity_ofOneManifold_rejectsOptionsWithoutEffect() {
        mmcr("capacity", "--single", cube, "--t", cube, "--labels", cube, "--seed", 3, "--max-points", 5)
                .assertIsWrongUsage("--labels, --max-points, --seed");
        mmcr("capacity", "--single", cube, "--t", cube, "--device", "cpu").assertIsWrongUsage("found also --device");
        mmcr("capacity", cube, "--device", "cuda", "--size", 64)
                .assertIsWrongUsage("expected no --size, --device with a file of points");
    }

    @Test
    void capacity_wrongInput_isOneLine() {
        mmcr("capacity").assertIsWrongUsage("mmcr capacity X.npy");
        mmcr("capacity", temp.resolve("flat.npy")).assertFailsWithOneLine("--labels");
        mmcr("capacity", cube, "--labels", temp.resolve("y.npy")).assertFailsWithOneLine("--labels");
        mmcr("capacity", temp.resolve("none.npy")).assertFailsWithOneLine("none.npy");
        mmcr("capacity", cube, "--out", cube.resolve("o")).assertFailsWithOneLine("folder to write into");
        mmcr("capacity", cube, "--kappa", -1).assertIsWrongUsage("margin");
        mmcr("capacity", "--single", cube, "--t", cube, "--kappa", -1).assertIsWrongUsage("margin");
        mmcr("capacity", cube, "--threads", 0).assertIsWrongUsage("--threads of at least 1");
        mmcr("capacity", "--single", cube).assertIsWrongUsage("together");
        NpyFile.write(temp.resolve("one.npy"), new double[20], new int[] {1, 4, 5});
        mmcr("capacity", temp.resolve("one.npy")).assertFailsWithOneLine("at least 2 manifolds");
    }
}
