package org.mmcr.analysis.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.MmcrException;

class ProvenanceTest {
    @TempDir
    private Path folder;

    @Test
    void stamp_ofAFolder_hasNameSizeAndTimeOfEachFile() throws IOException {
        Path first = Files.writeString(folder.resolve("a.safetensors"), "abc");
        Path inside = Files.createDirectory(folder.resolve("b"));
        Path second = Files.writeString(inside.resolve("c.json"), "{}");
        assertThat(Provenance.stamp(folder.toString()))
                .isEqualTo(folder + " a.safetensors 3 " + Files.getLastModifiedTime(first) + " c.json 2 "
                        + Files.getLastModifiedTime(second));
    }

    @Test
    void stamp_ofNothing_failsWithTheName() {
        String nothing = folder.resolve("nothing").toString();
        assertThatThrownBy(() -> Provenance.stamp(nothing))
                .isInstanceOf(MmcrException.class)
                .hasMessage("expected to read " + nothing + ", found no such file; check that it exists");
    }
}
