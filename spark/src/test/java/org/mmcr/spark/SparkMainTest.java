package org.mmcr.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
class SparkMainTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void session() {
        // The command uses the existing session and stops it.
        LocalSpark.start();
    }

    @Test
    void spectrum_ofParquet_printsAndKeepsTheFigures() throws Exception {
        SparkSession spark = LocalSpark.start();
        Path table = folder.resolve("z.parquet");
        LocalSpark.together(spark, LocalSpark.embeddings(30, 2, 4, 1), 2, 2)
                .write()
                .parquet(table.toString());
        Path report = folder.resolve("spectrum.json");
        int code = run("spectrum", table.toString(), "--per-class", "--report", report.toString());
        assertThat(text(err)).isEmpty();
        assertThat(code).isZero();
        assertThat(text(out)).contains("30 samples, 2 views, dimension 4", "class class 2", "alignment");
        assertThat(Files.readString(report)).contains("\"nuclear_norm\"", "\"class 1\"", "\"provenance\"", "z.parquet");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).noneMatch(file -> file.toString().endsWith(".part"));
        }
        LocalSpark.start();
        assertThat(run("spectrum", table.toString(), "--report", report.toString()))
                .isEqualTo(1);
        assertThat(text(err))
                .contains("expected nothing at " + report, "--overwrite")
                .hasLineCount(1);
        assertThat(Files.readString(report)).contains("class 1");
        LocalSpark.start();
        assertThat(run("spectrum", table.toString(), "--report", report.toString(), "--overwrite"))
                .isZero();
        assertThat(Files.readString(report)).doesNotContain("class 1");
    }

    @Test
    void spectrum_uniformAsJson_printsOneDocument() {
        assertThat(run("spectrum", "--uniform", "500,10", "--partitions", "3", "--json"))
                .isZero();
        assertThat(text(out)).startsWith("{").contains("\"samples\" : 500").doesNotContain("alignment");
        assertThat(text(out)).contains("\"provenance\" : {", "mmcr-spark spectrum --uniform 500,10 ", "\"seed\" : 0");
    }

    @Test
    void capacity_ofParquet_printsTheFigures() {
        Path table = folder.resolve("classes.parquet");
        SparkCapacityTest.Clouds.draw(5, 8, 10)
                .table(LocalSpark.start())
                .write()
                .parquet(table.toString());
        assertThat(run("capacity", table.toString(), "--directions", "30")).isZero();
        assertThat(text(err)).isEmpty();
        assertThat(text(out)).contains("5 classes, 10 dimensions", "capacity", "common directions");
        LocalSpark.start();
        assertThat(run("capacity", table.toString(), "--directions", "30", "--method", "glue"))
                .isZero();
        assertThat(text(out)).contains("5 classes, 10 dimensions, 30 pairs", "correlations included");
        assertThat(run("capacity", table.toString(), "--method", "2019")).isEqualTo(2);
        assertThat(run("capacity", table.toString(), "--dichotomies", "one-vs-rest"))
                .isEqualTo(2);
        assertThat(run("capacity", table.toString(), "--directions", "3")).isEqualTo(2);
        assertThat(run("capacity", table.toString(), "--method", "glue", "--directions", "3"))
                .isEqualTo(2);
        assertThat(text(err))
                .contains("at least 10 directions", "--method 2018 or glue")
                .hasLineCount(4 * 2);
    }

    @Test
    void embed_ofPictures_writesParquetOnce() throws Exception {
        EncoderFixture fixture = EncoderFixture.in(folder);
        String features = folder.resolve("features.parquet").toString();
        int code = run(
                "embed",
                fixture.encoder().toString(),
                "--data",
                fixture.pictures().toString(),
                "--out",
                features,
                "--precision",
                "fp32");
        assertThat(text(err)).isEmpty();
        assertThat(code).isZero();
        assertThat(text(out)).contains("24 rows");
        LocalSpark.start();
        assertThat(run(
                        "embed",
                        fixture.encoder().toString(),
                        "--data",
                        fixture.pictures().toString(),
                        "--out",
                        features))
                .isEqualTo(1);
        assertThat(text(err))
                .startsWith("mmcr-spark: ")
                .contains("features.parquet")
                .hasLineCount(1);
    }

    @Test
    void wrongInput_anyKind_isOneLine() throws Exception {
        assertThat(run()).isEqualTo(2);
        assertThat(run("spectrum", "--bogus")).isEqualTo(2);
        assertThat(run("spectrum")).isEqualTo(2);
        assertThat(run("spectrum", "--uniform", "5")).isEqualTo(2);
        assertThat(run("spectrum", "--uniform", "5,0")).isEqualTo(2);
        assertThat(run("spectrum", "--uniform", "5,2", "--partitions", "0")).isEqualTo(2);
        assertThat(run("embed", "encoder", "--data", "pictures", "--out", "x", "--batch", "0"))
                .isEqualTo(2);
        assertThat(run("spectrum", folder.resolve("nothing").toString())).isEqualTo(1);
        Path text = folder.resolve("text.parquet");
        Files.writeString(text, "no parquet");
        LocalSpark.start();
        assertThat(run("spectrum", text.toString())).isEqualTo(1);
        assertThat(text(err).lines())
                .allMatch(line -> line.startsWith("mmcr-spark: ") || line.startsWith("See: "))
                .anyMatch(line -> line.contains("a command is missing"))
                .anyMatch(line -> line.contains("expected either PATH or --uniform N,D, found neither"))
                .anyMatch(line -> line.contains("nothing"))
                .anyMatch(line -> line.contains("text.parquet"));
    }

    /** As on a full disk. */
    @Test
    void result_thatCannotBeWritten_fails() {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw new IOException("No space left on device");
            }
        };
        int code = SparkMain.run(
                new PrintStream(full, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                "spectrum",
                "--uniform",
                "50,4",
                "--partitions",
                "2",
                "--json");
        assertThat(code).isEqualTo(1);
        assertThat(text(err)).contains("expected to write the result to stdout").hasLineCount(1);
    }

    private int run(String... arguments) {
        return SparkMain.run(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                arguments);
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
