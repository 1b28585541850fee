package org.mmcr.analysis.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.data.SyntheticPictures;
import org.mmcr.data.io.Json;
import org.mmcr.data.io.NpyFiles;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.train.encoder.Activation;
import org.mmcr.train.encoder.Encoder;
import org.mmcr.train.encoder.Precision;
import org.mmcr.train.encoder.SmallConvNetSpec;
import org.mmcr.train.evaluate.EncoderFeatures;
import org.mmcr.train.evaluate.FeatureExtractor;
import org.mmcr.train.evaluate.FeatureModel;
import org.mmcr.train.evaluate.FeatureSet;
import org.mmcr.train.evaluate.ProgressListener;
import org.mmcr.train.run.Recipes;

class EmbeddingExportTest {
    private static final int BATCH = 8;

    @TempDir
    static Path data;

    private static DataSource source;
    private static FeatureModel model;
    private static FeatureExtractor extractor;

    @TempDir
    Path folder;

    @BeforeAll
    static void draw() {
        SyntheticPictures.write(data, 5, 1);
        source = DataSources.open(data.toString(), DataOptions.defaults());
        model = model();
        extractor = new FeatureExtractor(model, BATCH, 2);
    }

    /** A model that is cancelled before its first features. */
    private record Stopped(FeatureModel model) implements FeatureModel {
        @Override
        public EvaluationView view() {
            return model.view();
        }

        @Override
        public int width() {
            return model.width();
        }

        @Override
        public Precision precision() {
            return model.precision();
        }

        @Override
        public Tensor apply(Tensor x) {
            throw new CancellationException();
        }
    }

    private static FeatureModel model() {
        SmallConvNetSpec spec = new SmallConvNetSpec(
                4,
                3,
                1,
                List.of(6),
                List.of(1),
                List.of(2),
                Activation.RELU,
                SmallConvNetSpec.Shortcut.CONV,
                0,
                false,
                0,
                false);
        Encoder encoder = spec.build(5);
        encoder.eval();
        return new EncoderFeatures(encoder, Recipes.load("cpu").view().evaluation(), Precision.FP32);
    }

    @AfterAll
    static void close() {
        source.close();
    }

    /** The query of the examples; the oracle is the table of all cosines. */
    @Test
    void run_parquet_theExamplesQueryFindsTheNearest() throws SQLException, IOException {
        Path out = folder.resolve("features.parquet");
        export(out);
        String query =
                Files.readString(Path.of("..", "examples", "features.sql")).replace("features.parquet", out.toString());
        float[] values = features();
        int[] nearest = IntStream.range(0, source.size())
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -cosine(values, i)))
                .mapToInt(Integer::intValue)
                .toArray();
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                ResultSet rows = connection.createStatement().executeQuery(query)) {
            for (int i = 0; i < 5; i++) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getDouble(3)).isCloseTo(cosine(values, nearest[i]), within(1e-5));
            }
            assertThat(rows.next()).isFalse();
        }
    }

    /** Returns the cosine of a row and the first one, which has the first name. */
    private static double cosine(float[] values, int row) {
        double product = 0;
        double first = 0;
        double second = 0;
        for (int i = 0; i < 6; i++) {
            product += (double) values[i] * values[row * 6 + i];
            first += (double) values[i] * values[i];
            second += (double) values[row * 6 + i] * values[row * 6 + i];
        }
        return product / Math.sqrt(first * second);
    }

    @Test
    void run_parquet_duckDbReadsPathLabelAndEmbedding() throws SQLException {
        Path out = folder.resolve("deep/x.parquet");
        assertThat(export(out)).isZero();
        float[] expected = features();
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                ResultSet rows = connection
                        .createStatement()
                        .executeQuery("select path, label, array_to_string(embedding, ' '), len(embedding) from '" + out
                                + "'")) {
            for (int i = 0; i < source.size(); i++) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(1)).isEqualTo(source.name(i));
                assertThat(rows.getString(2)).isEqualTo(label(i));
                String[] values = rows.getString(3).split(" ", -1);
                for (int j = 0; j < 6; j++) {
                    assertThat(Float.parseFloat(values[j])).isEqualTo(expected[i * 6 + j]);
                }
                assertThat(rows.getInt(4)).isEqualTo(6);
            }
            assertThat(rows.next()).isFalse();
        }
    }

    @Test
    void run_npyAndCsv_sameNumbers() throws IOException {
        export(folder.resolve("x.npy"));
        export(folder.resolve("y.csv"));
        float[] expected = features();
        NpyFiles.FloatArray array = NpyFiles.readFloats(folder.resolve("x.npy"));
        assertThat(array.shape()).containsExactly(50L, 6L);
        assertThat(array.values()).isEqualTo(expected);
        assertThat(Files.readAllLines(folder.resolve("x.csv")))
                .hasSize(51)
                .startsWith("path,label", source.name(0) + "," + label(0));
        List<String> lines = Files.readAllLines(folder.resolve("y.csv"));
        assertThat(lines).hasSize(51).startsWith("path,label,e0,e1,e2,e3,e4,e5");
        String[] last = lines.get(50).split(",", -1);
        assertThat(last[0]).isEqualTo(source.name(49));
        assertThat(Arrays.stream(last).skip(2).map(Float::parseFloat).toList())
                .isEqualTo(List.of(
                        expected[294], expected[295], expected[296], expected[297], expected[298], expected[299]));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x.npy", "x.parquet", "x.csv"})
    void run_anyThreads_sameBytes(String name) {
        Path two = folder.resolve("two/" + name);
        export(two);
        for (int threads : new int[] {1, 3, 7}) {
            Path out = folder.resolve(threads + "/" + name);
            new EmbeddingExport(out, source, provenance("e"))
                    .run(new FeatureExtractor(model, BATCH, threads), ProgressListener.NONE);
            assertThat(out).hasSameBinaryContentAs(two);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x.npy", "x.parquet", "x.csv"})
    void run_stoppedHalfway_goesOnToTheSameBytes(String name) throws IOException {
        Path whole = folder.resolve("whole/" + name);
        export(whole);
        Path out = folder.resolve(name);
        assertThatThrownBy(() -> export(out, provenance("e"), done -> {
                    if (done >= 20) {
                        throw new CancellationException();
                    }
                }))
                .isInstanceOf(CancellationException.class);
        assertThat(out).doesNotExist();
        assertThat(folder.resolve("." + name + ".rows")).exists();
        int[] first = {-1};
        int resumed = export(out, provenance("e"), done -> first[0] = first[0] < 0 ? done : first[0]);
        assertThat(resumed).isEqualTo(24);
        assertThat(first[0]).isEqualTo(32);
        assertThat(out).hasSameBinaryContentAs(whole);
        try (var left = Files.list(folder)) {
            assertThat(left.map(file -> file.getFileName().toString())).noneMatch(file -> file.startsWith("."));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x.npy", "x.parquet", "x.csv"})
    void run_stoppedBeforeItsFirstRows_goesOnToTheSameBytes(String name) {
        Path whole = folder.resolve("whole/" + name);
        export(whole);
        Path out = folder.resolve(name);
        for (int stop : new int[] {0, 0, 20}) {
            FeatureExtractor stopped = stop == 0 ? new FeatureExtractor(new Stopped(model), BATCH, 2) : extractor;
            assertThatThrownBy(() -> new EmbeddingExport(out, source, provenance("e")).run(stopped, done -> {
                        if (done >= stop) {
                            throw new CancellationException();
                        }
                    }))
                    .isInstanceOf(CancellationException.class);
        }
        assertThat(export(out)).isEqualTo(24);
        assertThat(out).hasSameBinaryContentAs(whole);
    }

    @Test
    void run_afterRowsOfOtherWeights_startsAgain() throws IOException {
        Path out = folder.resolve("x.npy");
        assertThatThrownBy(() -> export(out, provenance("other"), done -> {
                    throw new CancellationException();
                }))
                .isInstanceOf(CancellationException.class);
        assertThat(export(out, provenance("e"), ProgressListener.NONE)).isZero();
        assertThat(NpyFiles.readFloats(out).values()).isEqualTo(features());
    }

    /** Data of the same size under the same encoder. */
    @Test
    void run_afterRowsOfOtherData_startsAgain() {
        Path out = folder.resolve("x.npy");
        Provenance other = new Provenance("e", List.of("other data"), source.size(), 6, List.of("v"), "fp32", "1");
        assertThatThrownBy(() -> export(out, other, done -> {
                    if (done >= 20) {
                        throw new CancellationException();
                    }
                }))
                .isInstanceOf(CancellationException.class);
        assertThat(EmbeddingExport.isInterrupted(out)).isTrue();
        assertThat(export(out)).isZero();
    }

    @Test
    void run_partsThatAreDamagedOrShort_startsAgain() throws IOException {
        Path out = folder.resolve("x.npy");
        assertThatThrownBy(() -> export(out, provenance("e"), done -> {
                    if (done >= 20) {
                        throw new CancellationException();
                    }
                }))
                .isInstanceOf(CancellationException.class);
        Files.write(folder.resolve(".x.npy.rows"), new byte[200]);
        assertThat(export(out, provenance("e"), ProgressListener.NONE)).isZero();
        assertThat(NpyFiles.readFloats(out).values()).isEqualTo(features());
        Files.writeString(folder.resolve(".x.npy.rows.json"), "{");
        Files.write(folder.resolve(".x.npy.rows"), new byte[200]);
        assertThat(export(out, provenance("e"), ProgressListener.NONE)).isZero();
    }

    @Test
    void run_besideAStateOfNegativeSize_startsAgain() throws IOException {
        Path out = folder.resolve("x.npy");
        String mine = Json.line(provenance("e").json());
        Files.writeString(folder.resolve(".x.npy.rows.json"), "{\"done\":8,\"bytes\":-1,\"provenance\":" + mine + "}");
        Files.write(folder.resolve(".x.npy.rows"), new byte[200]);
        assertThat(export(out, provenance("e"), ProgressListener.NONE)).isZero();
    }

    @Test
    void format_ofAnUnknownEnding_namesTheKnown() {
        assertThat(EmbeddingFormat.of(Path.of("A.PARQUET"))).isEqualTo(EmbeddingFormat.PARQUET);
        assertThatThrownBy(() -> EmbeddingFormat.of(Path.of("x.txt")))
                .isInstanceOf(MmcrException.class)
                .hasMessage(
                        "expected a file that ends in .npy, .parquet, .csv, found x.txt; name it for example x.txt.npy");
    }

    private static int export(Path out) {
        return export(out, provenance("e"), ProgressListener.NONE);
    }

    private static int export(Path out, Provenance provenance, ProgressListener progress) {
        return new EmbeddingExport(out, source, provenance).run(extractor, progress);
    }

    private static Provenance provenance(String encoder) {
        return new Provenance(encoder, List.of(source.fingerprint()), source.size(), 6, List.of("v"), "fp32", "1");
    }

    private static String label(int index) {
        return source.classNames().get(source.label(index).orElseThrow());
    }

    private static float[] features() {
        try (FeatureSet set = extractor.extract(source, ProgressListener.NONE)) {
            float[] values = new float[Math.toIntExact(set.features().numel())];
            set.features().data_ptr_float().get(values);
            return values;
        }
    }
}
