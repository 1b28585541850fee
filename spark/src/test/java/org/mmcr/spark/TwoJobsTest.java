package org.mmcr.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same job in two processes at once. */
@Tag("long")
class TwoJobsTest {
    @TempDir
    private Path folder;

    @Test
    void embed_twiceIntoOneFolder_isDoneByOne() throws Exception {
        EncoderFixture fixture = EncoderFixture.in(Files.createDirectories(folder.resolve("in")));
        Path made = Files.createDirectories(folder.resolve("made"));
        Path out = made.resolve("features.parquet");
        List<JobProcess> both = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            both.add(start(
                    "embed",
                    fixture.encoder().toString(),
                    "--data",
                    fixture.pictures().toString(),
                    "--out",
                    out.toString()));
        }
        List<Integer> codes = List.of(both.get(0).exitCode(), both.get(1).exitCode());
        assertThat(codes).as(said(both)).containsExactlyInAnyOrder(0, 1);
        String refused = both.get(codes.indexOf(1)).said();
        assertThat(refused.lines().filter(line -> line.startsWith("mmcr-spark: ")))
                .as(refused)
                .singleElement()
                .asString()
                .startsWith("mmcr-spark: expected ")
                .contains("features.parquet");
        try (SparkSession spark = LocalSpark.start()) {
            List<Row> rows = spark.read().parquet(out.toString()).collectAsList();
            fixture.assertEqual(rows, name -> name);
        }
        assertThat(names(made)).containsExactly("features.parquet");
    }

    @Test
    void report_twiceIntoOneFile_isWhole() throws Exception {
        Path made = Files.createDirectories(folder.resolve("made"));
        Path report = made.resolve("spectrum.json");
        List<JobProcess> both = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            both.add(start("spectrum", "--uniform", "500,10", "--overwrite", "--report", report.toString()));
        }
        for (JobProcess job : both) {
            assertThat(job.exitCode()).as(said(both)).isZero();
        }
        assertThat(Files.readString(report)).startsWith("{").endsWith("}\n").contains("\"samples\" : 500");
        assertThat(names(made)).containsExactly("spectrum.json");
    }

    private JobProcess start(String... arguments) throws IOException {
        return JobProcess.start(folder, List.of(arguments));
    }

    private static String said(List<JobProcess> both) throws IOException {
        return both.get(0).said() + both.get(1).said();
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> !name.endsWith(".crc"))
                    .toList();
        }
    }
}
