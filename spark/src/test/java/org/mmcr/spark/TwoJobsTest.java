package org.mmcr.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;
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
        List<Process> both = new ArrayList<>();
        for (String name : List.of("first", "second")) {
            both.add(start(
                    name,
                    "embed",
                    fixture.encoder().toString(),
                    "--data",
                    fixture.pictures().toString(),
                    "--out",
                    out.toString()));
        }
        List<Integer> codes = List.of(both.get(0).waitFor(), both.get(1).waitFor());
        assertThat(codes).as(said("first") + said("second")).containsExactlyInAnyOrder(0, 1);
        String refused = said(codes.get(0) == 1 ? "first" : "second");
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
        List<Process> both = new ArrayList<>();
        for (String name : List.of("first", "second")) {
            both.add(start(name, "spectrum", "--uniform", "500,10", "--overwrite", "--report", report.toString()));
        }
        for (Process process : both) {
            assertThat(process.waitFor()).as(said("first") + said("second")).isZero();
        }
        assertThat(Files.readString(report)).startsWith("{").endsWith("}\n").contains("\"samples\" : 500");
        assertThat(names(made)).containsExactly("spectrum.json");
    }

    private Process start(String name, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(StandaloneCluster.java(), "-Xmx1g", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(JavaModuleOptions.defaultModuleOptions().trim().split("\\s+")));
        command.addAll(List.of("-Dspark.master=local[1]", "-Dspark.ui.enabled=false"));
        command.addAll(List.of("-Dspark.driver.host=127.0.0.1", "-Dspark.driver.bindAddress=127.0.0.1"));
        command.addAll(List.of("-cp", StandaloneCluster.CLASS_PATH, SparkMain.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".txt").toFile())
                .start();
    }

    private String said(String name) throws IOException {
        return Files.readString(folder.resolve(name + ".txt"));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> !name.endsWith(".crc"))
                    .toList();
        }
    }
}
