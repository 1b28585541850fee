package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mmcr.cli.CliRun.mmcr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jetbrains.bio.npy.NpyFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.data.io.NpyHeader;

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
        assertThat(run.out()).contains("percent error", "classes         3;", "used unevenly");
        JsonNode written =
                new ObjectMapper().readTree(temp.resolve("o/analysis.json").toFile());
        assertThat(written.at("/classes/classes").asInt()).isEqualTo(3);
        assertThat(run.out()).startsWith("- " + written.at("/verdict/0").asText());
        assertThat(temp.resolve("o/spectrum.png")).isNotEmptyFile();
        assertThat(temp.resolve("o/report.html")).content().contains("marchenko_pastur");
        assertThat(temp.resolve("o/centroid-norms.svg")).isNotEmptyFile();
    }

    /** The same features as every format that a program writes, with the labels that each brings. */
    @Test
    void analyzeAndCapacity_everyFormat_isTheSame() throws IOException {
        List<String> names = List.of("cat", "dog", "", "owl");
        float[][] rows = new float[60][4];
        Random random = new Random(5);
        StringBuilder csv = new StringBuilder("path,label,e0,e1,e2,e3\n");
        StringBuilder labels = new StringBuilder("path,label\n");
        StringBuilder lines = new StringBuilder();
        float[] flat = new float[60 * 4];
        for (int i = 0; i < 60; i++) {
            String name = names.get(i % 4);
            csv.append(i).append(".png,").append(name);
            labels.append(i).append(".png,").append(name).append('\n');
            lines.append(name).append('\n');
            for (int d = 0; d < 4; d++) {
                rows[i][d] = random.nextInt(100) / 8f + (i % 4 == d ? 20 : 0);
                flat[4 * i + d] = rows[i][d];
                csv.append(',').append(rows[i][d]);
            }
            csv.append('\n');
        }
        Files.writeString(temp.resolve("table.csv"), csv);
        NpyFile.write(temp.resolve("embedded.npy"), flat, new int[] {60, 4});
        Files.writeString(temp.resolve("embedded.csv"), labels);
        Files.createDirectory(temp.resolve("alone"));
        NpyFile.write(temp.resolve("alone/x.npy"), flat, new int[] {60, 4});
        Files.writeString(temp.resolve("y.txt"), lines);
        writeTexts(temp.resolve("y.npy"), names, 60);
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(temp.resolve("both.npz")))) {
            for (String entry : List.of("alone/x.npy", "y.npy")) {
                zip.putNextEntry(new ZipEntry(Path.of(entry).getFileName().toString()));
                Files.copy(temp.resolve(entry), zip);
            }
        }
        String alone = temp.resolve("alone/x.npy").toString();
        for (String command : List.of("analyze", "capacity")) {
            List<JsonNode> documents = new ArrayList<>();
            documents.add(mmcr(command, temp.resolve("table.csv"), "--json").json());
            documents.add(mmcr(command, temp.resolve("embedded.npy"), "--json").json());
            documents.add(mmcr(command, temp.resolve("both.npz"), "--json").json());
            documents.add(
                    mmcr(command, temp.resolve("both.npz") + "#x", "--json").json());
            for (String file : List.of("y.txt", "y.npy", "embedded.csv", "both.npz#y")) {
                documents.add(mmcr(command, alone, "--labels", temp.resolve(file), "--json")
                        .json());
            }
            for (JsonNode document : documents) {
                ((ObjectNode) document).remove("seconds");
                assertThat(document).isEqualTo(documents.get(0));
            }
            JsonNode first = documents.get(0);
            if (command.equals("analyze")) {
                assertThat(first.at("/classes/classes").asInt()).isEqualTo(3);
                assertThat(first.at("/classes/unlabelled").asInt()).isEqualTo(15);
                assertThat(first.get("left_out")).hasSize(7);
            } else {
                assertThat(first.get("per_manifold").findValuesAsText("label")).containsExactly("cat", "dog", "owl");
                assertThat(first.at("/medians/radius").asDouble()).isPositive();
                assertThat(first.get("chance").asDouble()).isGreaterThan(0.25);
            }
        }
        assertThat(mmcr("analyze", alone, "--out", temp.resolve("one")).out())
                .contains("60 samples, 1 view,", "what compares views is left out", "give --views K")
                .doesNotContain("InfoNCE  ");
        assertThat(temp.resolve("one/centroid-norms.png")).doesNotExist();
        mmcr("capacity", alone).assertFailsWithOneLine("found none; give --labels");
        assertThat(mmcr("capacity", temp.resolve("both.npz")).out()).contains("by chance", "median");
        Files.writeString(temp.resolve("alone/x.csv"), "path,label\na,cat\n".repeat(1));
        mmcr("analyze", alone).assertIsWrongUsage("--views 60");
    }

    /** Writes texts as {@code numpy.save} does of an array of type {@code <U3}. */
    private static void writeTexts(Path file, List<String> names, int count) throws IOException {
        ByteBuffer items = ByteBuffer.allocate(count * 12).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            items.position(12 * i);
            names.get(i % names.size()).chars().forEach(items::putInt);
        }
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(NpyHeader.encode("<U3", List.of((long) count)));
            out.write(items.array());
        }
    }

    @Test
    void analyze_wrongInput_isOneLine() {
        mmcr("analyze", flat, "--views", 7).assertFailsWithOneLine("multiple of 7 rows");
        mmcr("analyze", flat, "--views", 0).assertIsWrongUsage("at least 1");
        mmcr("analyze", temp.resolve("no.npy"), "--views", 2).assertFailsWithOneLine("no.npy");
        mmcr("analyze", flat, "--views", 2, "--labels", flat).assertFailsWithOneLine("one-dimensional array of labels");
        NpyFile.write(temp.resolve("none.npy"), new float[0], new int[] {0, 2, 5});
        mmcr("analyze", temp.resolve("none.npy")).assertFailsWithOneLine("found 0");
        assertThat(mmcr("analyze").code()).isEqualTo(ExitCode.WRONG_USAGE);
    }
}
