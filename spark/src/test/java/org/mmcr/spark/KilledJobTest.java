package org.mmcr.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.data.io.Json;

/**
 * Jobs that are killed while they write, and at moments spread over their run. Their output is whole or absent, and the
 * same job given again ends well, writes what an undisturbed one writes and leaves nothing unfinished of its own.
 *
 * <p>{@code -Dmmcr.kills=N} kills every job N times; without it, twice.
 */
@Tag("long")
class KilledJobTest {
    private static final int KILLS = Integer.getInteger("mmcr.kills", 2);
    private static final long SEED = Long.getLong("mmcr.fuzz.seed", 1);
    private static final String NAME = "output";

    @TempDir
    static Path made;

    private static EncoderFixture fixture;

    @TempDir
    Path folder;

    @BeforeAll
    static void make() throws IOException {
        fixture = EncoderFixture.in(made);
        try (SparkSession spark = LocalSpark.start()) {
            SparkCapacityTest.Clouds.draw(5, 8, 10)
                    .table(spark)
                    .write()
                    .parquet(made.resolve("classes.parquet").toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"spectrum", "capacity", "embed"})
    void job_killed_leavesAWholeOutputOrNoneAndIsRepeatable(String job) throws Exception {
        Path whole = Files.createDirectories(folder.resolve("whole"));
        long start = System.nanoTime();
        JobProcess undisturbed = start(job, whole);
        assertThat(undisturbed.exitCode()).as(undisturbed.said()).isZero();
        long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        SplittableRandom random = new SplittableRandom(SEED);
        for (int kill = 0; kill < KILLS; kill++) {
            Path out = Files.createDirectories(folder.resolve("killed-" + kill));
            JobProcess killed = start(job, out);
            if (kill % 2 == 0) {
                awaitFiles(killed, out);
                Thread.sleep(random.nextInt(30));
            } else {
                killed.process().waitFor((long) (took * random.nextDouble(0.4, 1)), TimeUnit.MILLISECONDS);
            }
            killed.process().destroyForcibly().waitFor();
            assertRepeatable(job, out, whole);
        }
    }

    /** Checks what a killed job left, and the same job given again. */
    private void assertRepeatable(String job, Path out, Path whole) throws Exception {
        List<String> left = names(out);
        assertThat(left).allMatch(name -> name.startsWith(".") || name.equals(NAME));
        boolean finished = left.contains(NAME);
        if (finished) {
            assertSame(job, out, whole);
        }
        JobProcess again = start(job, out);
        if (finished && job.equals("embed")) { // it was killed between the end of its output and its own
            assertThat(again.exitCode()).as(again.said()).isEqualTo(1);
            assertThat(again.said()).contains("expected nothing at " + out.resolve(NAME));
        } else {
            assertThat(again.exitCode()).as(again.said()).isZero();
        }
        assertSame(job, out, whole);
        assertThat(names(out))
                .allMatch(name -> name.equals(NAME) || name.equals("." + NAME + ".crc") || left.contains(name));
        // A temporary folder of the killed job is deleted by the next one.
        assertThat(names(folder.resolve("tmp"))).noneMatch(name -> name.startsWith("mmcr-"));
    }

    private JobProcess start(String job, Path out) throws IOException {
        String output = out.resolve(NAME).toString();
        String table = made.resolve("classes.parquet").toString();
        return JobProcess.start(
                folder,
                switch (job) {
                    case "embed" ->
                        List.of(
                                "embed",
                                fixture.encoder().toString(),
                                "--data",
                                fixture.pictures().toString(),
                                "--out",
                                output);
                    case "capacity" ->
                        List.of("capacity", table, "--directions", "30", "--overwrite", "--report", output);
                    default ->
                        List.of(
                                "spectrum",
                                "--uniform",
                                "500,10",
                                "--partitions",
                                "3",
                                "--overwrite",
                                "--report",
                                output);
                });
    }

    private static void awaitFiles(JobProcess job, Path out) throws Exception {
        while (job.process().isAlive() && names(out).isEmpty()) {
            Thread.sleep(2);
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName())).toList();
        }
    }

    /** Compares the features with those of the extractor, and the figures of a report with those of {@code whole}. */
    private static void assertSame(String job, Path out, Path whole) throws IOException {
        if (job.equals("embed")) {
            try (SparkSession spark = LocalSpark.start()) {
                fixture.assertEqual(
                        spark.read().parquet(out.resolve(NAME).toString()).collectAsList(), name -> name);
            }
        } else {
            assertThat(figures(out)).isEqualTo(figures(whole));
        }
    }

    private static String figures(Path out) throws IOException {
        ObjectNode report = Json.tree(out.resolve(NAME), "provenance");
        report.remove(List.of("provenance", "seconds"));
        return report.toString();
    }
}
