package org.mmcr.data.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSources;
import org.mmcr.data.DuckDb;
import org.mmcr.data.TestFiles;

/** Small archives with much in them, of every kind that is unpacked into a temporary file. */
class UnpackLimitTest {
    /** Four million equal bytes take a few thousand when they are compressed. */
    private static final int BYTES = 4_000_000;

    @TempDir
    Path folder;

    private List<Path> before = List.of();

    @BeforeEach
    void lower() throws IOException {
        TemporaryFile.LIMIT.set(100_000);
        before = temporaryFiles();
    }

    @AfterEach
    void restore() {
        TemporaryFile.LIMIT.set(TemporaryFile.ALWAYS);
    }

    @Test
    void gzippedTar_isRefused() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            TarArchiveEntry entry = new TarArchiveEntry("a/1.png");
            entry.setSize(BYTES);
            tar.putArchiveEntry(entry);
            tar.write(new byte[BYTES]);
            tar.closeArchiveEntry();
        }
        assertRefused(gzipped("x.tar.gz", out.toByteArray()), "x.tar.gz");
    }

    @Test
    void gzippedIdx_isRefused() throws IOException {
        byte[] pictures = new byte[BYTES];
        pictures[2] = 8; // unsigned bytes
        pictures[3] = 3; // axes
        assertRefused(gzipped("train-images-idx3-ubyte.gz", pictures), "train-images-idx3-ubyte.gz");
    }

    @Test
    void npz_isRefused() throws IOException {
        assertRefused(zipped("x.npz", "x.npy"), "x.npz#x");
    }

    /** A file whose declared size exceeds that of files that are read whole. */
    @Test
    void fileOfAZip_isRefused() throws IOException {
        Path zip = zipped("x.zip", "train_X.bin");
        byte[] archive = Files.readAllBytes(zip);
        int pictures = 38_837; // of 96 x 96 pixels: a little more than 1 GiB
        ByteBuffer.wrap(archive)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(TestFiles.zipDirectory(archive) + 24, pictures * 96 * 96 * 3);
        Files.write(zip, archive);
        assertRefused(zip, "train_X.bin");
    }

    @Test
    void picturesInParquet_areRefused() throws IOException, SQLException {
        Path file = folder.resolve("x.parquet");
        DuckDb.run("copy (select {'bytes': encode(repeat('a', " + BYTES + ")), 'path': 'a.png'} as image)" + " to '"
                + file + "' (format parquet, compression zstd)");
        assertRefused(file, "x.parquet");
    }

    private void assertRefused(Path archive, String name) throws IOException {
        assertThatThrownBy(() -> DataSources.open(archive.toString(), DataOptions.defaults()))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("expected at most 200 unpacked bytes for each of the ")
                .hasMessageContaining(name + ", found more");
        assertThat(temporaryFiles()).isEqualTo(before);
    }

    private Path gzipped(String name, byte[] content) throws IOException {
        Path file = folder.resolve(name);
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(content);
        }
        return file;
    }

    private Path zipped(String name, String inner) throws IOException {
        Path file = folder.resolve(name);
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
            out.putNextEntry(new ZipEntry(inner));
            out.write(new byte[BYTES]);
        }
        return file;
    }

    /** Returns the temporary files of this process. */
    private static List<Path> temporaryFiles() throws IOException {
        try (Stream<Path> files = Files.list(TemporaryFile.systemFolder())) {
            return files.filter(file -> String.valueOf(file.getFileName()).startsWith(TemporaryFile.prefix()))
                    .sorted()
                    .toList();
        }
    }
}
