package org.mmcr.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.MmcrException;

class KeptSamplesTest {
    @TempDir
    private Path temp;

    @Test
    void open_withACuration_leavesOutFlaggedSamples() throws IOException {
        Path table = Files.writeString(temp.resolve("t.csv"), "a,b\n1,2\n3,4\n5,6\n");
        List<String> names = names(table);
        Path curation = write("path,label,flags\n%s,,\n%s,,duplicate;label\n%s,,\n"
                .formatted(names.get(0), names.get(1), names.get(2)));
        try (DataSource kept =
                DataSources.open(table.toString(), DataOptions.defaults().withKeep(Optional.of(curation)))) {
            assertThat(kept.size()).isEqualTo(2);
            assertThat(kept.name(1)).isEqualTo(names.get(2));
        }
    }

    /** A corrected label is kept, another flag beside it is not; labels changed by hand count too. */
    @Test
    void open_withRelabel_takesTheLabelsOfTheFile() throws IOException {
        Path table = Files.writeString(temp.resolve("t.csv"), "a,label\n1,x\n2,x\n3,y\n4,y\n5,x\n");
        List<String> names = names(table);
        Path curation =
                write("path,label,flags,suggested_label\n%s,x,,\n%s,x,label,y\n%s,y,label;outlier,x\n%s,z,,\n%s,,,\n"
                        .formatted(names.toArray()));
        DataOptions keep = DataOptions.defaults().withKeep(Optional.of(curation));
        try (DataSource kept = DataSources.open(table.toString(), keep.withRelabel(true));
                DataSource without = DataSources.open(table.toString(), keep)) {
            assertThat(without.size()).isEqualTo(3);
            assertThat(kept.classNames()).containsExactly("x", "y", "z");
            assertThat(IntStream.range(0, kept.size())
                            .mapToObj(i -> kept.name(i) + kept.label(i).orElse(-1)))
                    .containsExactly(names.get(0) + 0, names.get(1) + 1, names.get(3) + 2, names.get(4) + -1);
            assertThat(kept.fingerprint()).isNotEqualTo(without.fingerprint());
        }
        Path old = Files.writeString(temp.resolve("old.csv"), "path,flags\n");
        DataOptions lacking = DataOptions.defaults().withKeep(Optional.of(old)).withRelabel(true);
        assertThatThrownBy(() -> DataSources.open(table.toString(), lacking))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("expected the columns path, flags, label and suggested_label");
    }

    @Test
    void open_withACurationOfOtherData_isAnError() throws IOException {
        Path table = Files.writeString(temp.resolve("t.csv"), "a,b\n1,2\n3,4\n");
        List<String> names = names(table);
        assertRefused(table, "path,flags\n" + names.get(0) + ",\n", names.get(1) + " (1 of 2 are missing)");
        assertRefused(
                table,
                "path,flags\n" + names.get(0) + ",outlier\n" + names.get(1) + ",broken\n",
                "expected samples without a flag");
        assertRefused(table, "path,label\nx,\n", "expected the columns path and flags");
    }

    private void assertRefused(Path table, String curation, String message) throws IOException {
        DataOptions options = DataOptions.defaults().withKeep(Optional.of(write(curation)));
        assertThatThrownBy(() -> DataSources.open(table.toString(), options))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining(message);
    }

    @Test
    void parquetTable_written_isReadByDuckDb() throws Exception {
        Path file = temp.resolve("t.parquet");
        Map<String, List<?>> columns = new LinkedHashMap<>();
        columns.put("path", List.of("a/1.png", "ä, \"b\""));
        columns.put("flags", List.of("", "outlier;label"));
        columns.put("score", List.of(0.25, 1.0));
        ParquetTableWriter.write(file, columns);
        assertThat(DuckDb.query("SELECT path || '|' || coalesce(flags, 'none') || '|' || score FROM '" + file + "'"))
                .containsExactly(List.of("a/1.png|none|0.25"), List.of("ä, \"b\"|outlier;label|1.0"));
    }

    private Path write(String text) throws IOException {
        return Files.writeString(temp.resolve("curation.csv"), text);
    }

    private static List<String> names(Path table) {
        try (DataSource source = DataSources.open(table.toString(), DataOptions.defaults())) {
            return IntStream.range(0, source.size()).mapToObj(source::name).toList();
        }
    }
}
