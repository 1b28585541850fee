package org.mmcr.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.NpyFiles;

class PairedSourceTest {
    private static final float NO = Float.NaN;

    @TempDir
    Path temp;

    private String npy(String name, int columns, float... values) throws IOException {
        Path file = temp.resolve(name);
        NpyFiles.write(file, new NpyFiles.FloatArray(List.of((long) values.length / columns, (long) columns), values));
        return file.toString();
    }

    private static PairedSource open(String location) {
        return PairedSource.open(location, DataOptions.defaults());
    }

    private static void fails(String location, String... parts) {
        assertThatThrownBy(() -> open(location))
                .isInstanceOf(MmcrException.class)
                .message()
                .contains(parts)
                .doesNotContain("\n");
    }

    @Test
    void open_tablesWithMissingRows_leavesOutAndNamesThoseWithoutAny() throws IOException {
        String a = npy("a.npy", 2, 1, 2, NO, NO, NO, NO, 7, 8);
        String b = npy("b.npy", 1, 5, NO, 6, 9);
        try (PairedSource pairs = open(a + "," + b)) {
            assertThat(pairs.modalities()).containsExactly(new Modality("a", 2), new Modality("b", 1));
            assertThat(pairs.size()).isEqualTo(3);
            assertThat(pairs.broken()).hasSize(1).first().satisfies(row -> {
                assertThat(row.name()).isEqualTo("a.npy/1");
                assertThat(row.reason()).contains("row 2");
            });
            assertThat(pairs.has(1, 0)).isFalse();
            assertThat(pairs.has(1, 1)).isTrue();
            assertThat(pairs.complete()).containsExactly(0, 2);
            float[] row = new float[3];
            pairs.read(1, row);
            assertThat(row).containsExactly(NO, NO, 6);
            assertThat(pairs.value(2, 1)).isEqualTo(8);
            assertThat(pairs.modality(1).value(2, 0)).isEqualTo(9);
            assertThat(open(pairs.location()).fingerprint()).isEqualTo(pairs.fingerprint());
        }
    }

    @Test
    void open_parquetLists_takesNullsAsMissing() throws SQLException {
        Path file = temp.resolve("x.parquet");
        DuckDb.run("COPY (SELECT image::FLOAT[] AS image, sound::DOUBLE[] AS sound, word FROM"
                + " (VALUES ([1.0, 2.0], [1.0], 'p'), (NULL, [2.0], 'q'), ([3.0, 4.0], NULL, 'r'))"
                + " t(image, sound, word)) TO '" + file + "' (FORMAT parquet)");
        try (PairedSource pairs = open(file + "#image,sound")) {
            assertThat(pairs.modalities()).containsExactly(new Modality("image", 2), new Modality("sound", 1));
            assertThat(pairs.has(1, 0)).isFalse();
            assertThat(pairs.has(2, 1)).isFalse();
            assertThat(pairs.value(2, 1)).isEqualTo(4);
            assertThat(open(pairs.location()).size()).isEqualTo(3);
        }
        fails(file + "#image,word", "numbers", "word");
        fails(file + "#image,taste", "'taste'", "sound");
        Path mixed = temp.resolve("mixed.parquet");
        DuckDb.run("COPY (SELECT a::FLOAT[] AS a, b::FLOAT[] AS b FROM"
                + " (VALUES ([1.0, 2.0], [1.0]), ([3.0], [2.0])) t(a, b)) TO '" + mixed
                + "' (FORMAT parquet)");
        fails(mixed + "#a,b", "lists of one length", "1 numbers in row 2");
    }

    /** A million rows, of which the second alone has numbers: in the table, every row has as many. */
    @Test
    void open_parquetListsOfLaterRowsThatExceedTheHeap_isRefusedAtTheFirst() throws SQLException {
        Path file = temp.resolve("sparse.parquet");
        DuckDb.run("COPY (SELECT range(CASE WHEN i = 1 THEN 20000 ELSE 0 END)::DOUBLE[] AS x, 1.5::DOUBLE AS y"
                + " FROM range(1000000) t(i)) TO '" + file + "' (FORMAT parquet)");
        assertThatThrownBy(() -> open(file + "#x,y"))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("found 1000000 rows of 20001 numbers; raise it with MMCR_JAVA_OPTS=-Xmx")
                .hasMessageEndingWith("g, or split the table");
    }

    @Test
    void open_aColumnOfParquetBesideATable_readsThatColumn() throws Exception {
        Path file = temp.resolve("x.parquet");
        DuckDb.run("COPY (SELECT image::FLOAT[] AS image, word FROM"
                + " (VALUES ([1.0, 2.0], 'p'), (NULL, 'q'), ([3.0, 4.0], 'r')) t(image, word)) TO '" + file
                + "' (FORMAT parquet)");
        String table = npy("table.npy", 1, 5, 6, 7);
        try (PairedSource pairs = open(table + "," + file + "#image")) {
            assertThat(pairs.modalities()).containsExactly(new Modality("table", 1), new Modality("image", 2));
            assertThat(pairs.has(1, 1)).isFalse();
            assertThat(pairs.value(2, 1)).isEqualTo(3);
            assertThat(open(pairs.location()).fingerprint()).isEqualTo(pairs.fingerprint());
        }
        fails(table + "," + file + "#sound", "expected a column 'sound'", "image");
    }

    @Test
    void open_wrongPairs_isOneLine() throws IOException {
        String three = npy("three.npy", 1, 1, 2, 3);
        String two = npy("two.npy", 1, 1, 2);
        String constant = npy("constant.npy", 2, 4, 5, 4, 5, 4, 5);
        String torn = npy("torn.npy", 2, 1, 2, NO, 3, 4, 5);
        String none = npy("none.npy", 1, NO, NO, NO);
        String left = npy("left.npy", 1, 1, 2, NO);
        fails(three + "," + two, "as many rows", "3 in three, 2 in two");
        fails(three + "," + constant, "varies", "equal rows in all of constant");
        fails(three + "," + none, "varies", "no row of none");
        fails(three + "," + torn, "row 2 of modality torn", "1 of 2", "--missing mean");
        fails(three, "two or more modalities");
        fails(three + ",", "two or more modalities");
        fails(left + "," + npy("other.npy", 1, NO, NO, 1), "varies");
        fails(npy("l.npy", 1, 1, 2, NO, NO) + "," + npy("r.npy", 1, NO, NO, 1, 2), "two or more modalities in");
        DataOptions mean = DataOptions.defaults()
                .withTable(new TableOptions(Optional.empty(), List.of(), TableOptions.Missing.MEAN));
        try (PairedSource pairs = PairedSource.open(three + "," + torn, mean)) {
            assertThat(pairs.isComplete()).isTrue();
        }
    }
}
