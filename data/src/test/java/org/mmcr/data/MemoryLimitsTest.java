package org.mmcr.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.NpyFiles;

/** Data that exceed the Java heap: a message with the option, and nothing lost that fits. */
class MemoryLimitsTest {
    private static final DataOptions OPTIONS =
            new DataOptions(false, 1 << 20, 2, Optional.empty(), TableOptions.defaults());

    /** 200 million rows of one repeated number take 1.3 MB as Parquet. */
    @Test
    void rowsThatExceedTheHeap_nameTheOption() {
        assertThatThrownBy(() -> HeapLimit.require("x.parquet", 200_000_000L, 1, 0, 3L << 30))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("heap of 3072 MiB in x.parquet, found 200000000 rows of 1 numbers")
                .hasMessageContaining("MMCR_JAVA_OPTS=-Xmx15g")
                .hasMessageContaining("--skip-columns");
        assertThatThrownBy(() -> HeapLimit.require("x.parquet", 1L << 31, 0, 0, Long.MAX_VALUE))
                .hasMessageContaining("split the table");
        assertThatCode(() -> HeapLimit.require("x.parquet", 1_000_000, 100, 1, 3L << 30))
                .doesNotThrowAnyException();
    }

    @Test
    void smallParquetFileOfManyRows_isRefusedAtItsFirstRow(@TempDir Path folder) throws SQLException, IOException {
        assumeTrue(Runtime.getRuntime().maxMemory() < 5L << 30, "the rows fit into the Java heap of this test");
        Path file = folder.resolve("constant.parquet");
        DuckDb.run("COPY (SELECT 1.5::DOUBLE AS x FROM range(100000000)) TO '" + file + "' (FORMAT parquet)");
        assertThat(Files.size(file)).isLessThan(20 << 20);
        assertThatThrownBy(() -> DataSources.open(file.toString(), OPTIONS))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("found 100000000 rows");
        Path other = folder.resolve("other.npy");
        NpyFiles.write(other, new NpyFiles.FloatArray(List.of(2L, 1L), new float[] {1, 2}));
        assertThatThrownBy(() -> PairedSource.open(other + "," + file + "#x", OPTIONS))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("found 100000000 rows of 1 numbers");
    }

    /** Beside the pictures of other threads it did not fit, alone it does. */
    @Test
    void pictureThatFitsAlone_isKept() throws IOException {
        AtomicInteger failures = new AtomicInteger(1);
        try (PictureSource source = open(failures)) {
            assertThat(source.size()).isEqualTo(3);
            assertThat(source.broken()).isEmpty();
        }
    }

    @Test
    void pictureThatDoesNotFit_isNamedWithTheOption() throws IOException {
        AtomicInteger failures = new AtomicInteger(Integer.MAX_VALUE);
        try (PictureSource source = open(failures)) {
            assertThat(source.size()).isEqualTo(2);
            assertThat(source.broken()).extracting(BrokenPicture::name).containsExactly("large.png");
            assertThat(source.broken().get(0).reason()).contains("MMCR_JAVA_OPTS=-Xmx");
        }
    }

    /** Opens three pictures; reading the large one fails so many times. */
    private static PictureSource open(AtomicInteger failures) throws IOException {
        byte[] content = TestFiles.picture(9, "png");
        FileTree tree = new FileTree() {
            @Override
            public List<Entry> entries() {
                return List.of(
                        new Entry("a.png", "", content.length),
                        new Entry("large.png", "", content.length),
                        new Entry("z.png", "", content.length));
            }

            @Override
            public byte[] read(Entry entry) {
                if (entry.name().equals("large.png") && failures.getAndDecrement() > 0) {
                    throw new OutOfMemoryError("Java heap space");
                }
                return content.clone();
            }
        };
        return EncodedPictures.open("pictures", tree, OPTIONS);
    }
}
