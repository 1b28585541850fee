package org.mmcr.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataLocationTest {
    @TempDir
    private Path temp;

    @Test
    void absolute_ofARelativePath_keepsTheInnerFolder() throws IOException {
        Path archive = Files.createFile(temp.resolve("x.zip"));
        Path relative = Path.of("").toAbsolutePath().relativize(archive.toAbsolutePath());
        assertThat(DataSources.absolute(relative + "#a/b/")).isEqualTo(archive.toAbsolutePath() + "#a/b");
        assertThat(DataSources.absolute(relative.toString()))
                .isEqualTo(archive.toAbsolutePath().toString());
    }

    @Test
    void absolute_ofAListWithAnAbsoluteFolder_keepsItsSlash() throws IOException {
        Path list = Files.createFile(temp.resolve("list.csv"));
        assertThat(DataSources.absolute(list + "#/data/pics/")).isEqualTo(list.toAbsolutePath() + "#/data/pics");
    }

    @Test
    void absolute_whereNothingIs_isTheSame() {
        assertThat(DataSources.absolute("frames in memory")).isEqualTo("frames in memory");
    }

    @Test
    void absolute_ofANameWithAHash_isThatFile() throws IOException {
        Path file = Files.createFile(temp.resolve("a#b.csv"));
        assertThat(DataSources.absolute(file.toString())).isEqualTo(file.toString());
    }

    @Test
    void withoutFolders_keepsNameAndInnerFolder() {
        assertThat(DataSources.withoutFolders("/home/user/x.zip#a/b")).isEqualTo("x.zip#a/b");
        assertThat(DataSources.withoutFolders("pictures/")).isEqualTo("pictures");
    }
}
