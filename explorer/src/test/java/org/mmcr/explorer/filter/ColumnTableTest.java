package org.mmcr.explorer.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.MmcrException;
import org.mmcr.data.TestPictures;

class ColumnTableTest {
    private static final TestPictures PICTURES =
            TestPictures.ofNoise(4, 1, 1).withNames(index -> "f/" + index + ".png");

    @TempDir
    private Path folder;

    /** The columns of a table about the pictures. */
    private List<PictureField> columns(String text) {
        try {
            return ColumnTable.read(Files.writeString(folder.resolve("t.csv"), text))
                    .of(PICTURES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The indices of a query's pictures. */
    private static String found(List<PictureField> columns, String query) {
        return IntStream.range(0, PICTURES.size())
                .filter(PictureQuery.test(query, columns))
                .mapToObj(String::valueOf)
                .collect(Collectors.joining(" "));
    }

    private static String kinds(List<PictureField> columns) {
        return columns.stream()
                .map(column -> column.name() + (column.numeric() ? " number" : " text"))
                .collect(Collectors.joining(", "));
    }

    /** The rows have another order than the pictures, one is of none of them, and picture 1 has none. */
    @Test
    void of_rowsOfSomePictures_giveThemTheirValues() {
        List<PictureField> columns = columns("""
                score,path,split,code
                3,f/3.png,b,1a
                0.5,f/0.png,a,2
                9,gone.png,c,
                ,f/2.png,a,
                """);
        assertThat(kinds(columns)).isEqualTo("score number, split text, code text");
        assertThat(found(columns, "score>=0.5")).isEqualTo("0 3");
        assertThat(found(columns, "score:none")).isEqualTo("1 2");
        assertThat(found(columns, "split:a")).isEqualTo("0 2");
        assertThat(found(columns, "split:c")).isEmpty();
        assertThat(found(columns, "split:none")).isEqualTo("1");
        assertThat(found(columns, "code:2")).isEqualTo("0");
    }

    @Test
    void read_semicolonsAndMissingValues_areThoseOfOtherTables() {
        List<PictureField> columns = columns("""
                File_Name;score;empty;mixed
                f/0.png;0,5;;NA
                f/1.png;NaN;;x
                """);
        assertThat(kinds(columns)).isEqualTo("score number, empty text, mixed text");
        assertThat(found(columns, "score=0.5")).isEqualTo("0");
        assertThat(found(columns, "score:none")).isEqualTo("1 2 3");
        assertThat(found(columns, "empty:none")).isEqualTo("0 1 2 3");
        assertThat(found(columns, "mixed:na")).isEqualTo("0");
    }

    /** The index that pandas writes has no name; a name of the user's own may need quotes. */
    @Test
    void read_columnsWithAndWithoutNames_areFieldsByTheirNames() {
        List<PictureField> columns = columns("""
                ,image,"my ""best"" score"
                0,f/0.png,1
                """);
        assertThat(kinds(columns)).isEqualTo("my \"best\" score number");
        assertThat(found(columns, "\"my \"\"best\"\" score\":1")).isEqualTo("0");
    }

    /** A list of pictures often has their labels, and the explorer's own tables have more. */
    @Test
    void read_columnsOfOtherFields_areLeftOut() {
        List<PictureField> columns = columns("path,label,score,Certainty\nf/0.png,x,1,0.5\n");
        assertThat(kinds(columns)).isEqualTo("score number");
    }

    private void assertRefused(String table, String... parts) {
        assertThatThrownBy(() -> columns(table))
                .isInstanceOf(MmcrException.class)
                .hasMessageContainingAll(parts);
    }

    @Test
    void read_wrongTable_saysWhatWasExpectedAndFound() {
        assertRefused("picture,score\na,1\n", "expected a column called path in ", "found picture, score;");
        assertRefused("", "expected a column called path in ", "found no columns;");
        assertRefused("path,score\nf/0.png\n", "expected 2 fields in row 2 of ", "found 1;");
        assertRefused("path,score\nf/0.png,1\nf/0.png,2\n", "expected each picture once in ", "again in row 3;");
        assertRefused("path\nf/0.png\n", "expected columns beside path in ", "found none;");
        assertRefused("path,Label\nf/0.png,x\n", "found only Label; add some with other names than name, folder, ");
        assertRefused("path,a,A\nf/0.png,1,2\n", "columns of different names in ", "found 'A' twice; rename one");
    }

    @Test
    void of_rowsOfOtherPictures_saysHowPathsAreWritten() {
        assertRefused(
                "path,score\n0.png,1\n",
                "expected rows about the pictures of test pictures in ",
                "found none, the first is 0.png where the data has f/0.png;");
        assertRefused("path,score\n", "expected rows about the pictures of test pictures in ", "found none;");
    }

    @Test
    void read_fileThatIsNotThere_namesIt() {
        assertThatThrownBy(() -> ColumnTable.read(folder.resolve("none.csv")))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("none.csv, found no such file; check the path after --columns");
    }
}
