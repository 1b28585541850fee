package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mmcr.cli.CliRun.mmcr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.jetbrains.bio.npy.NpyFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnalyzeCommandTest {
    @TempDir
    private Path temp;

    private Path flat;

    @BeforeEach
    void writeEmbeddings() {
        Random random = new Random(2);
        float[] z = new float[60 * 2 * 5];
        for (int n = 0; n < 60; n++) {
            for (int d = 0; d < 5; d++) {
                float centre = (float) random.nextGaussian();
                z[n * 10 + d] = centre + 0.2f * (float) random.nextGaussian();
                z[n * 10 + 5 + d] = centre + 0.2f * (float) random.nextGaussian();
            }
        }
        flat = temp.resolve("z.npy");
        NpyFile.write(flat, z, new int[] {120, 5});
        NpyFile.write(temp.resolve("three.npy"), z, new int[] {60, 2, 5});
    }

    @Test
    void analyze_bothShapes_printTheSameDocument() {
        JsonNode result = mmcr("analyze", flat, "--views", 2, "--json").json();
        assertThat(mmcr("analyze", temp.resolve("three.npy"), "--json").json()).isEqualTo(result);
        JsonNode loss = mmcr("loss", flat, "--views", 2, "--json").json();
        assertThat(result.get("nuclear_norm").asDouble()
                        / loss.get("nuclear_norm").asDouble())
                .isBetween(1 - 1e-5, 1 + 1e-5);
        for (String key : new String[] {
            "upper_bound",
            "percent_error",
            "uniform_percent_error",
            "effective_rank",
            "alignment",
            "uniformity",
            "entropy",
            "entropy_max",
            "reconstruction",
            "mi_lower_bound",
            "infonce"
        }) {
            assertThat(result.get(key).isNumber()).as(key).isTrue();
        }
        assertThat(result.at("/intervals/entropy/low").asDouble())
                .isLessThan(result.get("entropy").asDouble());
        assertThat(result.get("verdict")).isNotEmpty();
    }

    @Test
    void analyze_withOutAndLabels_writesDocumentAndCharts() throws IOException {
        long[] labels = new long[60];
        Arrays.setAll(labels, i -> i % 3);
        NpyFile.write(temp.resolve("y.npy"), labels, new int[] {60});
        CliRun run = mmcr("analyze", flat, "--views", 2, "--labels", temp.resolve("y.npy"), "--out", temp.resolve("o"));
        assertThat(run.out()).contains("percent error", "classes         3;", "uneven singular values");
        JsonNode written =
                new ObjectMapper().readTree(temp.resolve("o/analysis.json").toFile());
        assertThat(written.at("/classes/classes").asInt()).isEqualTo(3);
        assertThat(temp.resolve("o/spectrum.png")).isNotEmptyFile();
        assertThat(temp.resolve("o/report.html")).content().contains("marchenko_pastur");
        assertThat(temp.resolve("o/centroid-norms.svg")).isNotEmptyFile();
    }

    @Test
    void analyze_wrongInput_isOneLine() {
        mmcr("analyze", flat).assertIsWrongUsage("--views K");
        mmcr("analyze", flat, "--views", 7).assertFailsWithOneLine("multiple of 7 rows");
        mmcr("analyze", flat, "--views", 1).assertFailsWithOneLine("at least 2 views");
        mmcr("analyze", temp.resolve("no.npy"), "--views", 2).assertFailsWithOneLine("no.npy");
        mmcr("analyze", flat, "--views", 2, "--labels", flat)
                .assertFailsWithOneLine("one-dimensional array of integers");
        NpyFile.write(temp.resolve("none.npy"), new float[0], new int[] {0, 2, 5});
        mmcr("analyze", temp.resolve("none.npy")).assertFailsWithOneLine("found 0");
        assertThat(mmcr("analyze").code()).isEqualTo(ExitCode.WRONG_USAGE);
    }
}
