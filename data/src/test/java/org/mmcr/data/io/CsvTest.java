package org.mmcr.data.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.MmcrException;

class CsvTest {
    @TempDir
    Path folder;

    @Test
    void next_everySeparator_isDetectedInTheFirstLine() throws IOException {
        assertThat(rows("x.csv", "a,b\n1;2,3\n")).containsExactly(List.of("a", "b"), List.of("1;2", "3"));
        assertThat(rows("x.csv", "a;b;c,d\n1;2;3\n")).containsExactly(List.of("a", "b", "c,d"), List.of("1", "2", "3"));
        assertThat(rows("x.csv", "a\tb\n1\t2\n")).containsExactly(List.of("a", "b"), List.of("1", "2"));
        assertThat(rows("x.tsv", "path\na,b;c\n")).containsExactly(List.of("path"), List.of("a,b;c"));
    }

    @Test
    void next_quotesByteOrderMarkAndEmptyLines_followTheStandard() throws IOException {
        assertThat(rows("x.csv", "\ufeff\"a\",b\r\n\r\n\"say \"\"x\"\", y\",\"two\nlines\"\r\n,\n"))
                .containsExactly(List.of("a", "b"), List.of("say \"x\", y", "two\nlines"), List.of("", ""));
        assertThat(rows("x.csv", "")).isEmpty();
    }

    @Test
    void next_notUtf8OrOpenQuote_isAnErrorThatNamesTheFile() throws IOException {
        Path file = folder.resolve("x.csv");
        for (byte[] content :
                List.of("a,b\n\"1,2\n".getBytes(StandardCharsets.UTF_8), new byte[] {'a', ',', (byte) 0xe4, '\n'})) {
            Files.write(file, content);
            assertThatThrownBy(() -> rows(file))
                    .isInstanceOf(MmcrException.class)
                    .hasMessageContaining("expected comma-separated text in UTF-8 in " + file)
                    .message()
                    .doesNotContain("\n");
        }
    }

    @Test
    void row_plainFields_areNotQuoted() {
        assertThat(Csv.row("a b", 1, 0.25, "", true)).isEqualTo("a b,1,0.25,,true");
    }

    @Test
    void row_textThatASpreadsheetWouldEvaluate_isReadBackAndStartsWithAnApostrophe() throws IOException {
        List<String> formulas = List.of(
                "=1+1",
                "+cmd",
                "-x.png",
                "@SUM(A1)",
                "\tx",
                "\r=x",
                "'=1",
                "''-x",
                "-",
                "-1+2",
                "=\"a\",b",
                "-1e",
                "+-1");
        for (String formula : formulas) {
            String row = Csv.row(formula, "x");
            assertThat(row).as(formula).matches(Pattern.compile("\"?'.*", Pattern.DOTALL));
            assertThat(rows("x.csv", "a,b\n" + row + "\n")).last().isEqualTo(List.of(formula, "x"));
        }
        for (String plain : List.of("x=1", "'", "'x", "it's", "a-b")) {
            assertThat(Csv.row(plain)).isEqualTo(plain);
        }
        assertThat(Csv.row(-1, "-1", "-0.5", "+2", "-1.5E-7", -1e300, Double.NEGATIVE_INFINITY))
                .isEqualTo("-1,-1,-0.5,+2,-1.5E-7,-1.0E300,-Infinity");
    }

    @Test
    void table_fieldsThatNeedQuotes_areReadBack() throws IOException {
        List<String> fields = List.of(" x", "a,b", "say \"yes\"", "two\nlines", "", " =x", "end ");
        String table = Csv.table("1,2,3,4,5,6,7", List.of(Csv.row(fields.toArray()), Csv.row(fields.toArray())));
        assertThat(rows("x.csv", table)).containsExactly(List.of("1", "2", "3", "4", "5", "6", "7"), fields, fields);
    }

    private List<List<String>> rows(String name, String content) throws IOException {
        return rows(Files.writeString(folder.resolve(name), content));
    }

    private static List<List<String>> rows(Path file) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        try (Csv csv = Csv.open(file)) {
            for (Optional<List<String>> row = csv.next(); row.isPresent(); row = csv.next()) {
                rows.add(row.get());
            }
        }
        return rows;
    }
}
