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
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jetbrains.bio.npy.NpyArray;
import org.jetbrains.bio.npy.NpyFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LossCommandTest {
    @TempDir
    private Path temp;

    static Stream<String> referenceCases() throws IOException {
        Path folder = reference();
        assumeTrue(Files.isDirectory(folder), "reference values are not on this machine: no folder " + folder);
        JsonNode cases =
                new ObjectMapper().readTree(folder.resolve("cases.json").toFile());
        List<String> names = new ArrayList<>();
        cases.fieldNames().forEachRemaining(names::add);
        return names.stream();
    }

    @ParameterizedTest
    @MethodSource("referenceCases")
    void loss_referenceCase_hasItsValueAndGradient(String name) throws IOException {
        JsonNode expected = new ObjectMapper()
                .readTree(reference().resolve("cases.json").toFile())
                .get(name);
        Path z = reference().resolve(name + ".z.npy");
        Path gradient = temp.resolve("g.npy");
        List<Object> arguments = new ArrayList<>(
                List.of("loss", z, "--json", "--views", expected.get("K").asText()));
        arguments.addAll(List.of("--local-weight", expected.get("lambda_local").asText(), "--gradient", gradient));
        if (expected.get("momentum").asBoolean()) {
            arguments.addAll(List.of("--momentum", reference().resolve(name + ".z_momentum.npy")));
        }
        JsonNode result = mmcr(arguments.toArray()).json();
        assertClose(result.get("loss"), expected.get("loss"));
        assertClose(result.get("nuclear_norm"), expected.get("global_nuclear_norm"));
        assertClose(result.get("local_nuclear_norm"), expected.get("local_nuclear_norm"));
        assertThat(result.get("upper_bound").asDouble()).isPositive();
        assertThat(result.get("percent_error").asDouble()).isBetween(0.0, 1.0);
        assertThat(NpyFile.read(gradient, Integer.MAX_VALUE).getShape())
                .isEqualTo(NpyFile.read(z, Integer.MAX_VALUE).getShape());
        if (expected.get("gradient").asBoolean()) {
            assertGradient(name, gradient);
        }
    }

    /** Relative 1e-5, or absolute where the value itself is zero. */
    private static void assertClose(JsonNode actual, JsonNode expected) {
        double value = expected.asDouble();
        assertThat(actual.asDouble()).isCloseTo(value, within(1e-5 * Math.max(1e-6, Math.abs(value))));
    }

    private static void assertGradient(String name, Path gradient) {
        double[] actual = doubles(gradient);
        double[] expected = doubles(reference().resolve(name + ".grad.npy"));
        double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        double tolerance = name.startsWith("ill_conditioned") ? 1e-3 : 1e-4;
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            assertThat(actual[i]).as("entry %d", i).isCloseTo(expected[i], within(tolerance * largest + 1e-12));
        }
    }

    @Test
    void loss_ofAnotherObjective_hasItsReferenceValueAndGradient() throws IOException {
        Path folder = CliRun.shared().resolve("reference").resolve("objectives");
        assumeTrue(Files.isDirectory(folder), "reference values are not on this machine: no folder " + folder);
        JsonNode cases =
                new ObjectMapper().readTree(folder.resolve("cases.json").toFile());
        Path z = folder.resolve("24x4x16.z.npy");
        Path gradient = temp.resolve("g.npy");
        List<Object> start = List.of("loss", z, "--views", 4, "--json", "--gradient", gradient, "--overwrite");
        for (List<Object> choice : List.of(
                List.<Object>of("simclr-0.1", "--objective", "simclr", "--set", "temperature=0.1"),
                List.<Object>of("vicreg", "--objective", "vicreg"),
                List.<Object>of("barlow", "--objective", "barlow"),
                List.<Object>of("align-uniform", "--objective", "align-uniform", "--set", "t=2"))) {
            List<Object> arguments = new ArrayList<>(start);
            arguments.addAll(choice.subList(1, choice.size()));
            JsonNode result = mmcr(arguments.toArray()).json();
            JsonNode expected = cases.get("24x4x16/" + choice.get(0));
            assertThat(result.get("objective").textValue()).isEqualTo(choice.get(2));
            assertClose(result.get("loss"), expected.get("loss"));
            assertThat(result.at("/figures/percent_error").asDouble()).isBetween(0.0, 1.0);
            double[] actual = doubles(gradient);
            double[] wanted = doubles(folder.resolve(expected.get("gradient").textValue()));
            double largest = Arrays.stream(wanted).map(Math::abs).max().orElseThrow();
            for (int i = 0; i < actual.length; i++) {
                assertThat(actual[i]).as("entry %d", i).isCloseTo(wanted[i], within(1e-5 * largest));
            }
        }
        assertThat(mmcr("loss", z, "--views", 4, "--objective", "lejepa").out())
                .contains("lejepa loss", "normality term", "percent error", "24 samples, 4 views, dimension 16");
    }

    @Test
    void loss_ofAWrongChoice_isWrongUsage() {
        Path z = temp.resolve("z.npy");
        NpyFile.write(z, new float[] {1, 2, 3, 4, 5, 6, 7, 9}, new int[] {4, 2});
        mmcr("loss", z, "--views", 2, "--objective", "simclrr").assertIsWrongUsage("mmcr, simclr", "did you mean");
        mmcr("loss", z, "--views", 2, "--objective", "simclr", "--set", "temprature=1")
                .assertIsWrongUsage("did you mean 'temperature'?");
        mmcr("loss", z, "--views", 2, "--objective", "simclr", "--set", "temperature=0")
                .assertIsWrongUsage("above 0", "temperature");
        mmcr("loss", z, "--views", 2, "--objective", "simclr", "--set", "temperature")
                .assertIsWrongUsage("--set KEY=VALUE");
        mmcr("loss", z, "--views", 2, "--objective", "barlow", "--local-weight", "1")
                .assertIsWrongUsage("--local-weight");
        mmcr("loss", z, "--views", 2, "--local-weight", "NaN").assertIsWrongUsage("NaN");
        mmcr("loss", z, "--views", 2, "--objective", "barlow", "--momentum", z).assertIsWrongUsage("--momentum");
        mmcr("loss", z, "--views", 2, "--objective", "byol").assertIsWrongUsage("--momentum ZT.npy", "targets");
        assertThat(mmcr("loss", z, "--views", 2, "--objective", "byol", "--momentum", z)
                        .out())
                .contains("byol loss", "cosine of prediction and target", "percent error");
        mmcr("loss", z, "--views", 1, "--objective", "barlow").assertFailsWithOneLine("at least 2 views");
        mmcr("loss", z, "--views", 2, "--objective", "cross-entropy").assertIsWrongUsage("needs no labels");
        mmcr("loss", z, "--views", 2, "--objective", "clip", "--set", "learned=true")
                .assertIsWrongUsage("learned=true", "--set temperature=T");
        assertThat(mmcr("loss", z, "--views", 2, "--set", "localWeight=0.5", "--json")
                        .json())
                .isEqualTo(mmcr("loss", z, "--views", 2, "--local-weight", "0.5", "--json")
                        .json());
    }

    @Test
    void loss_ofEveryObjective_hasAGradient() {
        double[] values = new double[48];
        Arrays.setAll(values, i -> Math.sin(1 + i * i));
        Path z = temp.resolve("z.npy");
        NpyFile.write(z, values, new int[] {16, 3});
        for (String name : ObjectiveChoice.names()) {
            Path gradient = temp.resolve(name + ".npy");
            List<Object> arguments = new ArrayList<>(
                    List.of("loss", z, "--views", 2, "--objective", name, "--gradient", gradient, "--json"));
            if (name.equals("byol") || name.equals("simsiam")) {
                arguments.addAll(List.of("--momentum", z));
            }
            JsonNode result = mmcr(arguments.toArray()).json();
            assertThat(result.get("objective").textValue()).isEqualTo(name);
            assertThat(result.get("loss").doubleValue()).as(name).isFinite();
            double[] found = doubles(gradient);
            assertThat(found).hasSameSizeAs(values);
            assertThat(Arrays.stream(found).map(Math::abs).sum())
                    .as(name)
                    .isPositive()
                    .isFinite();
        }
    }

    @Test
    void provenance_ofADocument_namesCommandAndInputsWithFingerprints() throws Exception {
        double[] values = {1, 0.1, 0.2, 1};
        Path z = temp.resolve("two words.npy");
        NpyFile.write(z, values, new int[] {2, 2});
        JsonNode made = mmcr("loss", z, "--views", 2, "--seed", 7, "--json").provenance();
        assertThat(made.path("command").asText()).isEqualTo("mmcr loss '" + z + "' --views 2 --seed 7 --json");
        assertThat(made.has("seed")).as("a seed that nothing draws with").isFalse();
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(z));
        assertThat(made.path("inputs")).hasSize(1);
        assertThat(made.at("/inputs/0/location").asText()).isEqualTo(z.toString());
        assertThat(made.at("/inputs/0/fingerprint").asText())
                .isEqualTo(HexFormat.of().formatHex(digest).substring(0, 16));
        assertThat(Instant.parse(made.path("date").asText())).isBefore(Instant.now());
        NpyFile.write(z, new double[] {1, 0.1, 0.2, 2}, new int[] {2, 2});
        JsonNode again = mmcr("loss", z, "--views", 2, "--json").provenance();
        assertThat(again.at("/inputs/0/fingerprint")).isNotEqualTo(made.at("/inputs/0/fingerprint"));
    }

    @Test
    void loss_ofThreeAxes_hasItsViewsOnTheSecond() {
        double[] z = new double[24];
        Arrays.setAll(z, i -> Math.sin(1 + i * i));
        Path flat = temp.resolve("flat.npy");
        Path three = temp.resolve("three.npy");
        NpyFile.write(flat, z, new int[] {8, 3});
        NpyFile.write(three, z, new int[] {4, 2, 3});
        assertThat(mmcr("loss", three, "--json").json())
                .isEqualTo(mmcr("loss", flat, "--views", 2, "--json").json());
        assertThat(mmcr("loss", three).out()).contains("4 samples, 2 views, dimension 3");
        mmcr("loss", three, "--views", 4).assertIsWrongUsage("--views 2", "--views 4");
        mmcr("loss", flat).assertIsWrongUsage("--views K");
    }

    @Test
    void loss_ofIdenticalOrthogonalViews_reachesItsBound() {
        Path file = temp.resolve("z.npy");
        NpyFile.write(file, new float[] {2, 0, 5, 0, 0, 3, 0, 1}, new int[] {4, 2});
        JsonNode result = mmcr("loss", file, "--views", 2, "--json").json();
        assertThat(result.get("loss").asDouble()).isCloseTo(-2, within(1e-6));
        assertThat(result.get("upper_bound").asDouble()).isCloseTo(2, within(1e-12));
        assertThat(result.get("percent_error").asDouble()).isCloseTo(0, within(1e-6));
    }

    @Test
    void loss_ofNaN_namesTheRow() {
        Path file = temp.resolve("z.npy");
        NpyFile.write(file, new float[] {1, 2, 3, Float.NaN, 5, 6, 7, 8}, new int[] {4, 2});
        mmcr("loss", file, "--views", 2).assertFailsWithOneLine("NaN", "row 1");
    }

    @Test
    void loss_ofRowsThatDoNotSplit_isReported() {
        Path file = temp.resolve("z.npy");
        NpyFile.write(file, new float[] {1, 2, 3, 4, 5, 6}, new int[] {3, 2});
        mmcr("loss", file, "--views", 2).assertFailsWithOneLine("multiple of 2", "3");
    }

    @Test
    void loss_ofWrongRankOrType_reportsWhatWasExpected() {
        Path vector = temp.resolve("v.npy");
        NpyFile.write(vector, new float[] {1, 2, 3}, new int[] {3});
        mmcr("loss", vector, "--views", 1).assertFailsWithOneLine("(N, D)", "(3)");
        Path four = temp.resolve("i.npy");
        NpyFile.write(four, new int[] {1, 2, 3, 4}, new int[] {2, 1, 1, 2});
        mmcr("loss", four, "--views", 1).assertFailsWithOneLine("(N*K, D) or (N, K, D)", "(2, 1, 1, 2)");
        mmcr("loss", temp.resolve("z.txt"), "--views", 1).assertFailsWithOneLine("z.txt");
    }

    /** A file in the gradient's place is refused before the embeddings are read. */
    @Test
    void loss_ofAGradientThatExists_isRefusedFirst() throws IOException {
        Path gradient = Files.writeString(temp.resolve("g.npy"), "mine");
        mmcr("loss", temp.resolve("no.npy"), "--views", 2, "--gradient", gradient)
                .assertIsWrongUsage("--overwrite");
        assertThat(gradient).hasContent("mine");
    }

    @Test
    void loss_ofMissingOrForeignFile_isOneLine() throws IOException {
        mmcr("loss", temp.resolve("no.npy"), "--views", 2).assertFailsWithOneLine("no.npy");
        Path text = Files.writeString(temp.resolve("text.npy"), "this is not an array");
        mmcr("loss", text, "--views", 2).assertFailsWithOneLine("text.npy");
    }

    @Test
    void failure_withVerbose_addsTheStackTrace() {
        CliRun run = mmcr("loss", temp.resolve("no.npy"), "--views", 2, "-v");
        assertThat(run.code()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("at org.mmcr.cli.");
    }

    private static Path reference() {
        return CliRun.shared().resolve("reference").resolve("loss");
    }

    private static double[] doubles(Path file) {
        NpyArray array = NpyFile.read(file, Integer.MAX_VALUE);
        if (array.getData() instanceof float[] floats) {
            double[] values = new double[floats.length];
            Arrays.setAll(values, i -> floats[i]);
            return values;
        }
        return array.asDoubleArray();
    }
}
