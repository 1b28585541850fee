package org.mmcr.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.MmcrException;

class LabelFileTest {
    @TempDir
    Path folder;

    @Test
    void read_csv_takesTheLabelColumnInAnyCase() throws IOException {
        Path file = folder.resolve("y.csv");
        Files.writeString(file, "path,Label\na.png,\"cat, old\"\nb.png,\nc.png,dog\n");
        assertThat(LabelFile.read(file.toString())).containsExactly("cat, old", "", "dog");
    }

    @Test
    void read_textWithAByteOrderMark_hasItsFirstLabel() throws IOException {
        Path file = Files.writeString(folder.resolve("y.txt"), "\ufeffcat\n\n dog\n");
        assertThat(LabelFile.read(file.toString())).containsExactly("cat", "", "dog");
    }

    @Test
    void read_csvWithoutLabels_namesItsColumns() throws IOException {
        Path file = Files.writeString(folder.resolve("y.csv"), "path,kind\na.png,cat\n");
        assertThatThrownBy(() -> LabelFile.read(file.toString()))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("label, labels, fine_label, class, target")
                .hasMessageContaining("found path, kind");
    }
}
