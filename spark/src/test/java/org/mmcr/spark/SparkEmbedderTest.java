package org.mmcr.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.MmcrException;
import org.mmcr.train.encoder.Precision;

@Tag("long")
class SparkEmbedderTest {
    @TempDir
    static Path folder;

    private static SparkSession spark;
    private static EncoderFixture fixture;

    @BeforeAll
    static void start() throws IOException {
        spark = LocalSpark.start();
        fixture = EncoderFixture.in(folder);
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    @Test
    void embed_pictureFiles_equalsTheExtractorAndReportsBrokenOnes() throws IOException {
        Files.writeString(fixture.pictures().resolve("cat/broken.png"), "no picture");
        try {
            SparkEmbedder.Result result = embed(PictureTable.Format.pictures, fixture.pictures(), "files");
            assertThat(result.rows()).isEqualTo(EncoderFixture.COUNT);
            assertThat(result.broken()).containsOnlyKeys("cat/broken.png");
        } finally {
            Files.delete(fixture.pictures().resolve("cat/broken.png"));
        }
        List<Row> rows = rows("files");
        fixture.assertEqual(rows, name -> name);
        assertThat(rows).allSatisfy(row -> assertThat(row.getString(0)).startsWith(row.getString(1) + "/"));
    }

    /** The query of the examples; the oracle is the list of all cosines. */
    @Test
    void embed_theExamplesQuery_findsTheNearest() throws IOException {
        embed(PictureTable.Format.pictures, fixture.pictures(), "example");
        String query = Files.readString(Path.of("..", "examples", "features-spark.sql"))
                .replace("features.parquet", folder.resolve("example").toString())
                .replace(";", "")
                .replaceAll("(?m)^--.*$", "");
        float[] first = fixture.expected().get("cat/0.png");
        List<Double> cosines = fixture.expected().values().stream()
                .map(other -> cosine(first, other))
                .sorted(Comparator.reverseOrder())
                .toList();
        List<Row> found = spark.sql(query).collectAsList();
        assertThat(found).hasSize(5);
        assertThat(found.get(0).getString(0)).isEqualTo("cat/0.png");
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i).getDouble(2)).isCloseTo(cosines.get(i), within(1e-5));
        }
    }

    private static double cosine(float[] a, float[] b) {
        double product = 0;
        double squaredA = 0;
        double squaredB = 0;
        for (int i = 0; i < a.length; i++) {
            product += (double) a[i] * b[i];
            squaredA += (double) a[i] * a[i];
            squaredB += (double) b[i] * b[i];
        }
        return product / Math.sqrt(squaredA * squaredB);
    }

    @Test
    void embed_parquetWithPictures_keepsLabels() throws IOException {
        List<Row> table = new ArrayList<>();
        for (Path file : fixture.files()) {
            table.add(RowFactory.create(RowFactory.create(Files.readAllBytes(file), fixture.name(file)), 7L));
        }
        StructType image = new StructType().add("bytes", DataTypes.BinaryType).add("path", DataTypes.StringType);
        Path data = folder.resolve("pictures.parquet");
        spark.createDataFrame(table, new StructType().add("image", image).add("label", DataTypes.LongType))
                .repartition(3)
                .write()
                .parquet(data.toString());
        embed(PictureTable.Format.parquet, data, "from-parquet");
        fixture.assertEqual(rows("from-parquet"), name -> name);
        assertThat(rows("from-parquet"))
                .allSatisfy(row -> assertThat(row.getString(1)).isEqualTo("7"));
    }

    @Test
    void embed_shards_readsPicturesAndClasses() throws IOException {
        Path shards = Files.createDirectories(folder.resolve("shards"));
        Map<String, String> names = new HashMap<>();
        List<Path> files = fixture.files();
        for (int s = 0; s < 2; s++) {
            try (OutputStream out = Files.newOutputStream(shards.resolve("shard-" + s + ".tar"));
                    TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
                for (int i = s; i < files.size(); i += 2) {
                    label(tar, i);
                    put(tar, "k" + i + ".png", Files.readAllBytes(files.get(i)));
                    names.put("shard-" + s + ".tar/k" + i + ".png", fixture.name(files.get(i)));
                }
            }
        }
        embed(PictureTable.Format.webdataset, shards, "from-shards");
        List<Row> rows = rows("from-shards");
        fixture.assertEqual(rows, names::get);
        assertThat(rows).allMatch(row -> row.getString(1).equals("c" + number(row.getString(0)) % 3));
    }

    /** A label as text, as JSON, or as both, of which the text takes precedence. */
    private static void label(TarArchiveOutputStream tar, int i) throws IOException {
        if (i % 3 != 0) {
            put(
                    tar,
                    "k" + i + ".json",
                    "{\"label\": \"c%d\"}".formatted(i % 3 == 1 ? 1 : 7).getBytes(StandardCharsets.UTF_8));
        }
        if (i % 3 != 1) {
            put(tar, "k" + i + ".cls", ("c" + i % 3).getBytes(StandardCharsets.UTF_8));
        }
    }

    private static int number(String path) {
        return Integer.parseInt(path.replaceAll(".*/k(\\d+)\\.png", "$1"));
    }

    @Test
    void embed_aTaskFailsOnItsFirstAttempt_leavesNoRowTwice() {
        // local[2, 3]: a failed task is retried, and the output of its first attempt is discarded.
        spark.stop();
        spark = SparkSession.builder()
                .master("local[2,3]")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .getOrCreate();
        JavaRDD<EncodedPicture> pictures = PictureTable.open(
                        spark, fixture.pictures().toString(), PictureTable.Format.pictures)
                .repartition(3)
                .mapPartitions(part -> new FailingOnce(part, 5));
        SparkEmbedder.Result result = SparkEmbedder.embed(
                spark,
                fixture.encoder(),
                Precision.FP32,
                pictures,
                folder.resolve("retried").toString(),
                2);
        assertThat(result.rows()).isEqualTo(EncoderFixture.COUNT);
        fixture.assertEqual(rows("retried"), name -> name);
    }

    @Test
    void embed_wrongInput_fails() {
        assertThatThrownBy(() ->
                        PictureTable.open(spark, folder.resolve("nothing").toString(), PictureTable.Format.pictures))
                .hasMessageContaining("nothing");
        JavaRDD<EncodedPicture> pictures =
                PictureTable.open(spark, fixture.pictures().toString(), PictureTable.Format.pictures);
        assertThatThrownBy(() -> SparkEmbedder.embed(
                        spark, folder.resolve("no.safetensors"), Precision.FP32, pictures, "unused", 2))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("no.safetensors");
        assertThatThrownBy(() -> SparkEmbedder.embed(spark, fixture.encoder(), Precision.FP32, pictures, "unused", 0))
                .hasMessageContaining("batch of at least 1");
    }

    @Test
    void embed_byWeightsOfNaN_failsAndWritesNothing() throws IOException {
        byte[] weights = Files.readAllBytes(fixture.encoder());
        long header = ByteBuffer.wrap(weights).order(ByteOrder.LITTLE_ENDIAN).getLong();
        Arrays.fill(weights, 8 + Math.toIntExact(header), weights.length, (byte) 0xff);
        Path broken = Files.write(folder.resolve("nan.safetensors"), weights);
        Path out = folder.resolve("of-nan");
        JavaRDD<EncodedPicture> pictures =
                PictureTable.open(spark, fixture.pictures().toString(), PictureTable.Format.pictures);
        assertThatThrownBy(() -> SparkEmbedder.embed(spark, broken, Precision.FP32, pictures, out.toString(), 7))
                .hasStackTraceContaining("expected finite features");
        assertThat(out).doesNotExist();
    }

    private static void put(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private static SparkEmbedder.Result embed(PictureTable.Format format, Path data, String name) {
        return SparkEmbedder.embed(
                spark,
                fixture.encoder(),
                Precision.FP32,
                PictureTable.open(spark, data.toString(), format),
                folder.resolve(name).toString(),
                7);
    }

    private static List<Row> rows(String name) {
        return spark.read().parquet(folder.resolve(name).toString()).collectAsList();
    }
}
