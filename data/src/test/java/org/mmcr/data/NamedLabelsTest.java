package org.mmcr.data;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.MmcrException;

class NamedLabelsTest {
    @TempDir
    Path folder;

    @Test
    void read_rowWithoutItsPath_namesTheRow() throws IOException {
        Path file = Files.writeString(folder.resolve("labels.csv"), "label,path\ncat,a.png\ncat\n");
        assertThatThrownBy(() -> NamedLabels.read(file))
                .isInstanceOf(MmcrException.class)
                .hasMessage("expected a path in row 3 of " + file + ", found fewer fields; repair the row");
    }
}
