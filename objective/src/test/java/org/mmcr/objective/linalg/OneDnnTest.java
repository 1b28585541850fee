package org.mmcr.objective.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OneDnnTest {
    @TempDir
    Path folder;

    @Test
    void reportsCaches_ofAnAmdProcessorWithoutCaches_isFalse() throws IOException {
        Path processor = Files.createDirectory(folder.resolve("cpu0"));
        assertThat(OneDnn.reportsCaches(cpuInfo("AuthenticAMD"), processor)).isFalse();
        assertThat(OneDnn.reportsCaches(cpuInfo("GenuineIntel"), processor)).isTrue();
        Files.createDirectory(processor.resolve("cache"));
        assertThat(OneDnn.reportsCaches(cpuInfo("AuthenticAMD"), processor)).isTrue();
    }

    @Test
    void reportsCaches_whereNothingIsKnown_isTrue() throws IOException {
        assertThat(OneDnn.reportsCaches(cpuInfo("AuthenticAMD"), folder.resolve("absent")))
                .isTrue();
        assertThat(OneDnn.reportsCaches(folder.resolve("absent"), folder)).isTrue();
    }

    private Path cpuInfo(String vendor) throws IOException {
        return Files.writeString(
                folder.resolve("cpuinfo"), "processor\t: 0\nvendor_id\t: " + vendor + "\nmodel name\t: x\n");
    }
}
