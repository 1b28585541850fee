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
    void capacity_text_saysWhatWasFound() {
        CliRun run = mmcr(
                "capacity", cube, "--directions", 20, "--max-points", 5, "--project", 10, "--out", temp.resolve("o"));
        assertThat(run.out()).contains("6 classes, 5 to 5 points", "capacity", "common directions");
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

    @Test
    void capacity_wrongInput_isOneLine() {
        mmcr("capacity").assertFailsWithOneLine("mmcr capacity X.npy");
        mmcr("capacity", temp.resolve("flat.npy")).assertFailsWithOneLine("--labels");
        mmcr("capacity", cube, "--labels", temp.resolve("y.npy")).assertFailsWithOneLine("--labels");
        mmcr("capacity", temp.resolve("none.npy")).assertFailsWithOneLine("none.npy");
        mmcr("capacity", cube, "--kappa", -1).assertFailsWithOneLine("margin");
        mmcr("capacity", "--single", cube).assertFailsWithOneLine("together");
        NpyFile.write(temp.resolve("one.npy"), new double[20], new int[] {1, 4, 5});
        mmcr("capacity", temp.resolve("one.npy")).assertFailsWithOneLine("at least 2 manifolds");
    }
}
