package org.mmcr.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.mmcr.data.TestTables.open;
import static org.mmcr.data.TestTables.row;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.MmcrException;
import org.mmcr.data.TableOptions.Missing;

/** Tables in CSV files, as other programs and people write them. */
class CsvTablesTest {
    private static final TableOptions MEAN = new TableOptions(Optional.empty(), List.of(), Missing.MEAN);

    @TempDir
    Path folder;

    @Test
    void csv_withAHeaderAndALabelColumn_isReadByName() {
        VectorSource table = open(csv("age,\"height, cm\",label\n1,2.5,b\n-3,4e2,a\n5,6,\n"), TableOptions.defaults());
        assertThat(table.columnNames()).containsExactly("age", "height, cm");
        assertThat(row(table, 1)).containsExactly(-3f, 400f);
        assertThat(table.classNames()).containsExactly("a", "b");
        assertThat(table.label(0)).hasValue(1);
        assertThat(table.label(2)).isEmpty();
        assertThat(table.name(2)).isEqualTo("t.csv/2");
        assertThat(table.plural()).isEqualTo("rows");
    }

    @Test
    void csv_semicolonsTabsByteOrderMarkAndNoHeader_areUnderstood() {
        assertThat(open(csv("\ufeffx;y\n1;2\n"), TableOptions.defaults()).columnNames())
                .containsExactly("x", "y");
        assertThat(open(csv("x\ty\n1\t2\n"), TableOptions.defaults()).columnNames())
                .containsExactly("x", "y");
        VectorSource bare = open(csv("1,2\n3,4\n"), TableOptions.defaults());
        assertThat(bare.size()).isEqualTo(2);
        assertThat(bare.columnNames()).isEmpty();
        assertThat(row(bare, 0)).containsExactly(1f, 2f);
    }

    @Test
    void csv_labelsOfWholeNumbers_areInTheOrderOfNumbers() {
        TableOptions options = new TableOptions(Optional.of("kind"), List.of("id"), Missing.ERROR);
        VectorSource table = open(csv("id,x,kind\nq,1,10\nr,2,9\ns,3,10\n"), options);
        assertThat(table.classNames()).containsExactly("9", "10");
        assertThat(table.columnNames()).containsExactly("x");
    }

    @Test
    void csv_aColumnThatIsNotNumeric_isNamedWithTheRemedy() {
        assertThatThrownBy(() -> open(csv("x,city\n1,2\n3,Paris\n"), TableOptions.defaults()))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("column 'city'")
                .hasMessageContaining("'Paris' in line 3")
                .hasMessageContaining("--skip-columns 'city'")
                .hasMessageContaining("--label-column 'city'");
    }

    @Test
    void csv_trueAndFalse_areOneAndZero() {
        VectorSource table = open(csv("x,wet,label\n1,true,False\n2, FALSE,True\n3,,True\n"), MEAN);
        assertThat(row(table, 0)).containsExactly(1f, 1f);
        assertThat(row(table, 1)).containsExactly(2f, 0f);
        assertThat(row(table, 2)).containsExactly(3f, Float.NaN);
        assertThat(table.classNames()).containsExactly("False", "True");
        assertThat(open(csv("False,True\n1,0\n"), MEAN).columnNames()).containsExactly("False", "True");
        assertThat(row(open(csv("0.5,True\n1,false\n"), MEAN), 0)).containsExactly(0.5f, 1f);
        assertFails("x,y\n1,yes\n", "'yes' in line 2");
    }

    @Test
    void csv_gzipped_isReadWhereverPlainCsvIs() throws IOException {
        Path table = gzipped("t.csv.gz", "x;label\n1;b\n2;a\n");
        assertThat(open(table, TableOptions.defaults()).classNames()).containsExactly("a", "b");
        assertThat(EmbeddingArray.open(table.toString()).shape()).containsExactly(2L, 1L);
        assertThat(LabelFile.read(table.toString())).containsExactly("b", "a");
        assertThat(open(gzipped("t.TSV.gz", "x\n1\n"), TableOptions.defaults()).columnNames())
                .containsExactly("x");
        TestFiles.folder(folder, Map.of("1.png", TestFiles.picture(10, "png")));
        Path list = gzipped("list.csv.gz", "path,label\n1.png,a\n");
        try (PictureSource pictures = DataSources.pictures(list.toString(), DataOptions.defaults())) {
            assertThat(pictures.classNames()).containsExactly("a");
        }
    }

    @Test
    void csv_gzippedAndCutShort_isNamed() throws IOException {
        Path table = gzipped("t.csv.gz", "x,label\n" + "1,b\n".repeat(100));
        byte[] whole = Files.readAllBytes(table);
        Files.write(table, Arrays.copyOf(whole, whole.length - 12));
        assertThatThrownBy(() -> open(table, TableOptions.defaults()))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("to read " + table + ", found that it ends early");
    }

    private Path gzipped(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return file;
    }

    @Test
    void csv_missingValues_areAnErrorWithRowAndColumnUnlessTheMeanIsAskedFor() {
        Path file = csv("x,y\n1,2\n,NA\n");
        assertThatThrownBy(() -> open(file, TableOptions.defaults()))
                .hasMessageContaining("row 2, column 'x'")
                .hasMessageContaining("--missing mean");
        VectorSource table = open(file, new TableOptions(Optional.empty(), List.of(), Missing.MEAN));
        assertThat(row(table, 1)).containsExactly(Float.NaN, Float.NaN);
    }

    @Test
    void csv_faults_reportWhatWasExpected() {
        assertFails("x,y\n1,2\n1\n", "expected 2 fields in line 3", "found 1");
        assertFails("x,x\n1,2\n", "different names");
        assertFails("x,y\n", "0 rows");
        assertFails("", "0 rows");
        assertFails("x,y\n1,Infinity\n", "infinity in row 1, column 'y'");
        assertThatThrownBy(
                        () -> open(csv("x,y\n1,2\n"), new TableOptions(Optional.of("class"), List.of(), Missing.ERROR)))
                .hasMessageContaining("expected a column 'class'")
                .hasMessageContaining("x, y");
        assertThatThrownBy(() -> open(csv("label\na\n"), TableOptions.defaults()))
                .hasMessageContaining("0 columns of numbers");
    }

    private void assertFails(String text, String... parts) {
        assertThatThrownBy(() -> open(csv(text), TableOptions.defaults()))
                .isInstanceOf(MmcrException.class)
                .hasMessageContainingAll(parts);
    }

    @Test
    void csv_pandasIndex_isLeftOut() throws IOException {
        for (String name : List.of("", "Unnamed: 0", "__index_level_0__")) {
            VectorSource table = open(csv(name + ",x,y\n0,1,2\n1,3,4\n"), TableOptions.defaults());
            assertThat(table.columnNames()).as(name).containsExactly("x", "y");
        }
        assertThat(open(csv(",0,1\n0,1.5,2\n1,3,4\n"), TableOptions.defaults()).columns())
                .isEqualTo(2);
    }

    @Test
    void csv_whatItsColumnsAre_isLogged() {
        Path file = folder.resolve("t.csv");
        assertThat(warnings(() -> open(csv(",x,label\n0,1,a\n1,3,b\n"), TableOptions.defaults())))
                .containsExactly(file + ": 2 rows, 1 columns, labels: label; left out as an index: the column without a"
                        + " name");
        assertThat(warnings(() -> open(csv("x,y,label\n1,2,a\n"), TableOptions.defaults())))
                .containsExactly(file + ": 1 rows, 2 columns, labels: label");
        String none = "no labels (no column is called label, labels, fine_label, class, target; --label-column names"
                + " one)";
        assertThat(warnings(() -> open(csv("Unnamed: 0,x\n0,1\n1,3\n"), TableOptions.defaults())))
                .containsExactly(file + ": 2 rows, 1 columns, " + none + "; left out as an index: Unnamed: 0");
        assertThat(warnings(() -> open(csv("x,y\n1,2\n"), TableOptions.defaults())))
                .containsExactly(file + ": 1 rows, 2 columns, " + none);
    }

    @Test
    void csv_headerThatCounts_isNoRow() throws IOException {
        VectorSource table = open(csv("0,1,2\n5,6,7\n8,9,10\n"), TableOptions.defaults());
        assertThat(table.size()).isEqualTo(2);
        assertThat(table.columnNames()).containsExactly("0", "1", "2");
        assertThat(open(csv("0,1,3\n5,6,7\n"), TableOptions.defaults()).size()).isEqualTo(2);
    }

    @Test
    void csv_labelColumn_isFoundByItsUsualNamesInAnyCase() throws IOException {
        for (String name : List.of("Label", "LABELS", "class", "Target")) {
            VectorSource table = open(csv("x," + name + "\n1,3\n2,5\n"), TableOptions.defaults());
            assertThat(table.columnNames()).as(name).containsExactly("x");
            assertThat(table.classNames()).containsExactly("3", "5");
        }
    }

    @Test
    void csv_oddButReadable_isReadRight() throws IOException {
        VectorSource table =
                open(csv("# made by hand\n# 2 rows\nx;y;label;\n1,5;2;1.0;\n-0,25;3;2;\n"), TableOptions.defaults());
        assertThat(table.columnNames()).containsExactly("x", "y");
        assertThat(table.value(0, 0)).isEqualTo(1.5f);
        assertThat(table.value(1, 0)).isEqualTo(-0.25f);
        assertThat(table.classNames()).containsExactly("1", "2");
        Path wide = Files.write(folder.resolve("wide.csv"), "\ufeffx,y\n1,2\n".getBytes(StandardCharsets.UTF_16LE));
        assertThat(open(wide, TableOptions.defaults()).columnNames()).containsExactly("x", "y");
        assertThatThrownBy(() -> open(csv("x,y\n1,inf\n"), TableOptions.defaults()))
                .hasMessageContaining("found infinity in row 1, column 'y'");
        assertThatThrownBy(() -> open(csv("x,y\n1,1e39\n"), TableOptions.defaults()))
                .hasMessageContaining("found 1.0E39, which float32 cannot hold");
    }

    /** Time stamps in milliseconds: neighbouring float32 numbers are 131,072 ms apart there. */
    @Test
    void csv_largeNumbersCloseTogether_keepTheirDistances() throws IOException {
        StringBuilder rows = new StringBuilder("time,x\n");
        for (int i = 0; i < 100; i++) {
            rows.append(1_700_000_000_000L + 1000L * i)
                    .append(',')
                    .append(i % 2)
                    .append('\n');
        }
        VectorSource table = open(csv(rows.toString()), TableOptions.defaults());
        assertThat(table.exactValue(7, 0)).isEqualTo(1_700_000_007_000.0);
        ColumnStatistics columns = ColumnStatistics.of(table);
        assertThat(columns.mean().get(0)).isEqualTo(1_700_000_049_500.0);
        // The population deviation of 0..99 is sqrt((100^2 - 1) / 12).
        assertThat(columns.std().get(0)).isCloseTo(1000 * Math.sqrt(9999 / 12.0), within(1e-3));
    }

    @Test
    void fingerprint_oneOtherNumber_differs() {
        String one = open(csv("x,y\n1,2\n3,4\n"), TableOptions.defaults()).fingerprint();
        assertThat(open(csv("x,y\n1,2\n3,4\n"), TableOptions.defaults()).fingerprint())
                .isEqualTo(one);
        assertThat(open(csv("x,y\n1,2\n3,5\n"), TableOptions.defaults()).fingerprint())
                .isNotEqualTo(one);
    }

    @Test
    void pictures_whereATableIs_reportWhatIsThere() {
        assertThatThrownBy(() -> DataSources.pictures(csv("x\n1\n").toString(), DataOptions.defaults()))
                .hasMessageContaining("found a table of numbers");
    }

    private static List<String> warnings(Runnable reading) {
        return LogMessages.of(Tables.class, reading);
    }

    private Path csv(String text) {
        return TestTables.csv(folder, text);
    }
}
