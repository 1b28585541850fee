package org.mmcr.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mmcr.data.TestTables.open;
import static org.mmcr.data.TestTables.row;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.MmcrException;
import org.mmcr.data.TableOptions.Missing;
import org.mmcr.data.io.NpyFiles;
import org.mmcr.data.io.NpyHeader;

/** Tables in arrays and Parquet files, and the labels of rows. */
class TablesTest {
    @TempDir
    Path folder;

    @Test
    void npy_twoDimensionsOfAnyNumber_isATableWithLabelsBesideIt() throws IOException {
        Files.write(folder.resolve("x.npy"), array("|u1", List.of(2L, 3L), new byte[] {1, 2, (byte) 200, 4, 5, 6}));
        Files.write(folder.resolve("x.labels.npy"), array("|i1", List.of(2L), new byte[] {7, 3}));
        VectorSource table = open(folder.resolve("x.npy"), TableOptions.defaults());
        assertThat(row(table, 0)).containsExactly(1f, 2f, 200f);
        assertThat(table.value(1, 2)).isEqualTo(6f);
        assertThat(table.classNames()).containsExactly("3", "7");
        NpyFiles.write(folder.resolve("f.npy"), new NpyFiles.DoubleArray(List.of(2L, 2L), new double[] {1, 2, 3, 4}));
        assertThat(row(open(folder.resolve("f.npy"), TableOptions.defaults()), 1))
                .containsExactly(3f, 4f);
        NpyFiles.write(folder.resolve("g.npy"), new NpyFiles.FloatArray(List.of(2L, 1L, 2L), new float[4]));
        assertThatThrownBy(() -> open(folder.resolve("g.npy"), TableOptions.defaults()))
                .hasMessageContaining("(N, D)")
                .hasMessageContaining("(2, 1, 2) float32");
        NpyFiles.write(folder.resolve("n.npy"), new NpyFiles.FloatArray(List.of(1L, 2L), new float[] {1, Float.NaN}));
        assertThatThrownBy(() -> open(folder.resolve("n.npy"), TableOptions.defaults()))
                .hasMessageContaining("row 1, column 2");
    }

    @Test
    void npz_namedArraysOrTheOnlyOne_areFound() throws IOException {
        byte[] x = array("|u1", List.of(2L, 1L), new byte[] {5, 6});
        byte[] y = array("|u1", List.of(2L), new byte[] {1, 0});
        VectorSource named = open(npz("X", x, "y", y, "notes", y), TableOptions.defaults());
        assertThat(row(named, 1)).containsExactly(6f);
        assertThat(named.label(0)).hasValue(1);
        assertThat(open(npz("arr_0", x), TableOptions.defaults()).classNames()).isEmpty();
        assertThatThrownBy(() -> open(npz("a", x, "b", x), TableOptions.defaults()))
                .hasMessageContaining("found a, b");
        Files.write(folder.resolve("cut.npz"), new byte[] {'P', 'K', 3, 4});
        assertThatThrownBy(() -> open(folder.resolve("cut.npz"), TableOptions.defaults()))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("numpy.savez");
    }

    /** The bytes of {@code numpy.asfortranarray([[1, 2, 3], [4, 5, 6]])}. */
    @Test
    void npz_ofColumns_hasTheRowsOfNumPy() throws IOException {
        String rows = new String(array("<f4", "(2, 3)", new float[] {1, 4, 2, 5, 3, 6}), StandardCharsets.ISO_8859_1);
        byte[] columns =
                rows.replace("'fortran_order': False", "'fortran_order': True ").getBytes(StandardCharsets.ISO_8859_1);
        VectorSource table = open(npz("x", columns), TableOptions.defaults());
        assertThat(row(table, 0)).containsExactly(1f, 2f, 3f);
        assertThat(row(table, 1)).containsExactly(4f, 5f, 6f);
    }

    @Test
    void parquet_ofAnotherProgram_isReadWithListsAsColumns() throws SQLException {
        Path file = folder.resolve("t.parquet");
        DuckDb.run("copy (select i::int as a, case when i = 1 then null else i / 2 end as b, [i::float, i + 0.5::float]"
                + " as v, 'c' || i as label from range(3) t(i)) to '" + file + "' (format parquet)");
        assertThatThrownBy(() -> open(file, TableOptions.defaults())).hasMessageContaining("row 2, column 'b'");
        VectorSource table = open(file, new TableOptions(Optional.empty(), List.of("b"), Missing.ERROR));
        assertThat(table.columnNames()).containsExactly("a", "v[0]", "v[1]");
        assertThat(row(table, 2)).containsExactly(2f, 2f, 2.5f);
        assertThat(table.classNames()).containsExactly("c0", "c1", "c2");
        assertThatThrownBy(() -> open(file, new TableOptions(Optional.of("a"), List.of(), Missing.MEAN)))
                .hasMessageContaining("column 'label'")
                .hasMessageContaining("--skip-columns");
    }

    @Test
    void parquet_listsOfOtherLengthsWithTheSameSum_areAnError() throws SQLException {
        Path file = folder.resolve("t.parquet");
        DuckDb.run("copy (select a::float[] as a, b::float[] as b from (values ([1, 2], [3, 4, 5]),"
                + " ([1, 2, 3], [4, 5])) t(a, b)) to '" + file + "' (format parquet)");
        assertThatThrownBy(() -> open(file, TableOptions.defaults()))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("expected lists of one length in column 'a' of " + file
                        + ", found 3 numbers in row 2 and 2 in the first");
    }

    @Test
    void parquet_labelsOfAnotherKind_areAnErrorWithTheRemedy() throws SQLException {
        Path file = folder.resolve("t.parquet");
        for (String label : List.of("[i, 7]", "i::decimal(4, 1)", "i::decimal(30, 0)")) {
            DuckDb.run("copy (select i::double as x, " + label + " as label from range(2) t(i)) to '" + file
                    + "' (format parquet)");
            assertThatThrownBy(() -> open(file, TableOptions.defaults()))
                    .as(label)
                    .isInstanceOf(MmcrException.class)
                    .hasMessageContaining("expected numbers or texts as labels in column 'label'")
                    .hasMessageContaining("--skip-columns 'label'");
            assertThatThrownBy(() -> LabelFile.read(file.toString()))
                    .as(label)
                    .hasMessageContaining("expected numbers or texts as labels in column 'label'");
            VectorSource skipped = open(file, skipping("label"));
            assertThat(skipped.columnNames()).containsExactly("x");
            assertThat(skipped.classNames()).isEmpty();
        }
    }

    @Test
    void parquet_labelsThatAreNullOrNaN_areNone() throws SQLException {
        Path file = folder.resolve("t.parquet");
        DuckDb.run("copy (select * from (values (1::double, 'nan'::double), (2, null), (3, 4), (4, 2.5::double))"
                + " t(x, label)) to '" + file + "' (format parquet)");
        VectorSource table = open(file, TableOptions.defaults());
        assertThat(table.classNames()).containsExactly("2.5", "4");
        assertThat(DataFormatsTest.labels(table)).containsExactly(-1, -1, 1, 0);
        assertThat(LabelFile.read(file.toString())).containsExactly("", "", "4", "2.5");
    }

    @Test
    void skippedColumns_makeNoListOfPictures() throws SQLException {
        VectorSource songs = open(csv("filename,length,label\na.wav,66,blues\nb.wav,67,jazz\n"), skipping("filename"));
        assertThat(songs.columnNames()).containsExactly("length");
        assertThat(songs.classNames()).containsExactly("blues", "jazz");
        Path file = folder.resolve("t.parquet");
        DuckDb.run("copy (select 'a.wav' as path, encode('h' || i) as hash, i::double as x, i as label"
                + " from range(2) t(i)) to '" + file + "' (format parquet)");
        VectorSource hashed = open(file, skipping("path", "hash"));
        assertThat(hashed.columnNames()).containsExactly("x");
        assertThat(hashed.classNames()).containsExactly("0", "1");
    }

    private static TableOptions skipping(String... columns) {
        return new TableOptions(Optional.empty(), List.of(columns), Missing.ERROR);
    }

    @Test
    void columnStatistics_constant_meansThatAllAreEqual() {
        VectorSource table = DataSources.vectors(
                "t", List.of(), new float[][] {{1e6f, 5}, {1e6f + 0.5f, 5}, {1e6f, 5}, {1e6f + 0.5f, 5}}, List.of());
        assertThat(ColumnStatistics.of(table).std()).containsExactly(0.25, 1.0);
    }

    @Test
    void npyLabels_negativeIsNoneAndWholeFloatsCount() throws IOException {
        Files.write(folder.resolve("x.npy"), array("<f4", "(3, 1)", new float[] {1, 2, 3}));
        Files.write(folder.resolve("x.labels.npy"), array("<f4", "(3,)", new float[] {2, -1, 7}));
        VectorSource table = open(folder.resolve("x.npy"), TableOptions.defaults());
        assertThat(table.classNames()).containsExactly("2", "7");
        assertThat(table.label(1)).isEmpty();
    }

    @Test
    void npyLabels_thatAreNoClasses_areLeftOutWithAWarning() throws IOException {
        Path x = Files.write(folder.resolve("X.npy"), array("<f4", "(2, 1)", new float[] {1, 2}));
        Path y = Files.write(folder.resolve("y.npy"), array("<f4", "(2,)", new float[] {0.5f, 1}));
        assertThat(warnings(() -> assertThat(open(x, TableOptions.defaults()).classNames())
                        .isEmpty()))
                .containsExactly(x + ": read without labels: expected whole numbers or texts as labels in " + y
                        + ", found 0.5; number the classes");
        assertThatThrownBy(() -> LabelFile.read(y.toString())).isInstanceOf(MmcrException.class);
        byte[] oneHot = array("|u1", List.of(2L, 3L), new byte[] {1, 0, 0, 0, 1, 0});
        Files.write(y, oneHot);
        assertThat(open(x, TableOptions.defaults()).classNames()).isEmpty();
        assertThat(EmbeddingArray.open(x.toString()).labels()).isEmpty();
        Path npz = npz("X", Files.readAllBytes(x), "y", oneHot);
        assertThat(warnings(() -> assertThat(open(npz, TableOptions.defaults()).classNames())
                        .isEmpty()))
                .singleElement()
                .asString()
                .contains("read without labels", npz + "#y, found (2, 3) uint8");
    }

    /** Damage is no reason to go on without labels. */
    @Test
    void npyLabels_thatAreCutShort_areAnError() throws IOException {
        Path x = Files.write(folder.resolve("X.npy"), array("<f4", "(2, 1)", new float[] {1, 2}));
        byte[] whole = array("<f4", "(2,)", new float[] {0, 1});
        Files.write(folder.resolve("y.npy"), Arrays.copyOf(whole, whole.length - 4));
        assertThatThrownBy(() -> open(x, TableOptions.defaults()).classNames())
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("y.npy");
    }

    @Test
    void npyLabels_thatAreNaN_areNone() throws IOException {
        Path x = Files.write(folder.resolve("X.npy"), array("<f4", "(3, 1)", new float[] {1, 2, 3}));
        Files.write(folder.resolve("y.npy"), array("<f4", "(3,)", new float[] {Float.NaN, 5, 2}));
        VectorSource table = open(x, TableOptions.defaults());
        assertThat(table.classNames()).containsExactly("2", "5");
        assertThat(DataFormatsTest.labels(table)).containsExactly(-1, 1, 0);
    }

    @Test
    void labels_withDeclaredClasses_areThoseOfTheirNames() {
        ClassLabels fractions = ClassLabels.of(List.of("2.0", "1.0", ""), List.of("1.0", "1.5", "2.0"));
        assertThat(fractions.names()).containsExactly("1.0", "1.5", "2.0");
        assertThat(fractions.indices()).containsExactly(2, 0, -1);
        ClassLabels others = ClassLabels.of(List.of("3.0", "1.5"), List.of("1.5"));
        assertThat(others.names()).containsExactly("1.5", "3.0");
        assertThat(others.indices()).containsExactly(1, 0);
        ClassLabels twice = ClassLabels.of(List.of("dog", "crane"), List.of("crane", "maillot", "crane", "dog"));
        assertThat(twice.names()).containsExactly("crane", "maillot", "crane", "dog");
        assertThat(twice.indices()).containsExactly(3, 0);
    }

    @Test
    void labels_composedAndDecomposedUnicode_areOneClass() {
        assertThat(ClassLabels.of(List.of("caf\u00e9", "cafe\u0301")).names()).containsExactly("caf\u00e9");
    }

    private static List<String> warnings(Runnable reading) {
        return LogMessages.of(Tables.class, reading);
    }

    private Path csv(String text) {
        return TestTables.csv(folder, text);
    }

    private static byte[] array(String type, List<Long> shape, byte[] items) {
        byte[] header = NpyHeader.encode(type, shape);
        return ByteBuffer.allocate(header.length + items.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(header)
                .put(items)
                .array();
    }

    private Path npz(Object... namesAndArrays) throws IOException {
        Path file = folder.resolve("t.npz");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file), StandardCharsets.UTF_8)) {
            for (int i = 0; i < namesAndArrays.length; i += 2) {
                out.putNextEntry(new ZipEntry(namesAndArrays[i] + ".npy"));
                out.write((byte[]) namesAndArrays[i + 1]);
            }
        }
        return file;
    }

    private static byte[] array(String descr, String shape, float[] values) {
        String header = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }\n";
        ByteBuffer file =
                ByteBuffer.allocate(10 + header.length() + 4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) header.length());
        file.put(header.getBytes(StandardCharsets.US_ASCII));
        for (float value : values) {
            file.putFloat(value);
        }
        return file.array();
    }
}
