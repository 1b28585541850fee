package org.mmcr.data.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.data.download.PublicDataset.RemoteFile;

class DownloadsTest {
    static final int RECORD = 1 + 32 * 32 * 3;

    @TempDir
    Path temp;

    private TruncatingServer server;
    private final List<String> messages = new ArrayList<>();
    private byte[] archive;
    private PublicDataset cifar;

    @BeforeEach
    void serve() throws Exception {
        archive = cifarArchive();
        server = new TruncatingServer(Map.of("cifar.tar.gz", archive));
        cifar = new PublicDataset(
                        "cifar10",
                        URI.create("http://example.invalid/"),
                        List.of(new RemoteFile("cifar.tar.gz", sha256(archive))),
                        Optional.of("cifar-10-batches-bin"))
                .at(server.base());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void fetch_archive_opensAsTrainAndTest() throws IOException {
        Path folder = temp.resolve("deep/cifar");
        fetch(cifar, folder);
        try (DataSource train = DataSources.open(folder + "#train", DataOptions.defaults());
                DataSource test = DataSources.open(folder + "#test", DataOptions.defaults())) {
            assertThat(train.size()).isEqualTo(6);
            assertThat(test.size()).isEqualTo(2);
            assertThat(train.classNames()).hasSize(10);
        }
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("cifar-10-batches-bin"));
        }
        server.close();
        fetch(cifar, folder);
        assertThat(messages).last().asString().endsWith("is there already");
    }

    @Test
    void fetch_connectionCutTwice_resumesWhereItBroke() throws IOException {
        server.cutAfter(10_000, 3_000);
        fetch(cifar, temp);
        assertThat(server.ranges()).containsExactly("", "bytes=10000-", "bytes=13000-");
        assertThat(temp.resolve("cifar-10-batches-bin")).isDirectory();
    }

    @Test
    void fetch_stoppedByTheUser_nextProcessResumes() throws IOException {
        assertThatThrownBy(() -> Downloads.fetch(cifar, temp, new DownloadListener() {
                    @Override
                    public void file(String what) {}

                    @Override
                    public void bytes(long done, long total) {
                        assertThat(total).isEqualTo(archive.length);
                        if (done > 0) {
                            throw new CancellationException();
                        }
                    }
                }))
                .isInstanceOf(CancellationException.class);
        long kept = Files.size(temp.resolve(".cifar.tar.gz.part"));
        assertThat(kept).isPositive();
        fetch(cifar, temp);
        assertThat(server.ranges()).containsExactly("", "bytes=" + kept + "-");
    }

    /** Both would write the same part; {@link DownloadProcessesTest} does it in two processes. */
    @Test
    void fetch_whileAnotherDownloads_failsAndDisturbsNothing() {
        List<Throwable> second = new ArrayList<>();
        Downloads.fetch(cifar, temp, new DownloadListener() {
            @Override
            public void file(String what) {
                second.add(catchThrowable(() -> fetch(cifar, temp)));
            }

            @Override
            public void bytes(long done, long total) {}
        });
        assertThat(second)
                .isNotEmpty()
                .allSatisfy(failure ->
                        assertThat(failure).isInstanceOf(MmcrException.class).hasMessageContaining("another folder"));
        assertThat(server.ranges()).containsExactly("");
        assertThat(temp.resolve(".mmcr.lock")).doesNotExist();
    }

    @Test
    void fetch_partIsWholeAlready_isVerifiedAndUsed() throws IOException {
        Files.write(temp.resolve(".cifar.tar.gz.part"), archive);
        fetch(cifar, temp);
        assertThat(server.ranges()).containsExactly("bytes=" + archive.length + "-");
        assertThat(temp.resolve("cifar-10-batches-bin")).isDirectory();
    }

    @Test
    void fetch_fileThatHasMoved_isFollowedWithItsRange() throws IOException {
        server.redirect("/data/cifar.tar.gz", "moved/cifar.tar.gz");
        server.cutAfter(10_000);
        fetch(cifar, temp);
        assertThat(server.ranges()).containsExactly("", "", "bytes=10000-", "bytes=10000-");
        assertThat(temp.resolve("cifar-10-batches-bin")).isDirectory();
    }

    @Test
    void fetch_fileThatMovesForEver_isReported() {
        server.redirect("/data/cifar.tar.gz", "cifar.tar.gz");
        assertThatThrownBy(() -> fetch(cifar, temp))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("the server redirects " + server.base() + "cifar.tar.gz more than 5 times");
        assertThat(server.ranges()).hasSize(6);
    }

    @Test
    void redirected_leadsToHttpsAndNeverBack() throws IOException {
        URI plain = URI.create("http://a.org/x/y.gz");
        URI secure = URI.create("https://a.org/x/y.gz");
        assertThat(FileDownload.redirected(plain, "https://b.org/z.gz")).isEqualTo(URI.create("https://b.org/z.gz"));
        assertThat(FileDownload.redirected(secure, "../z.gz")).isEqualTo(URI.create("https://a.org/z.gz"));
        assertThat(FileDownload.redirected(secure, "/f?x=a|b c%20d&y=50%"))
                .isEqualTo(URI.create("https://a.org/f?x=a%7Cb%20c%20d&y=50%25"));
        for (String other : List.of("http://a.org/z.gz", "file:///etc/passwd", "https://[a.org/z.gz")) {
            assertThatThrownBy(() -> FileDownload.redirected(secure, other))
                    .isInstanceOf(FileDownload.RefusedException.class)
                    .hasMessageContaining("to " + other + ", which is not followed");
        }
    }

    @Test
    void fetch_serverWithoutRanges_startsAgain() throws IOException {
        Files.write(temp.resolve(".cifar.tar.gz.part"), new byte[500]);
        server.withoutRanges();
        fetch(cifar, temp);
        assertThat(temp.resolve("cifar-10-batches-bin")).isDirectory();
    }

    @Test
    void fetch_connectionThatAlwaysBreaks_keepsThePartAndReportsIt() {
        server.cutAfter(10_000, 0, 0, 0, 0, 0);
        assertThatThrownBy(() -> fetch(cifar, temp))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("run the same command again to resume it");
        assertThat(temp.resolve(".cifar.tar.gz.part")).hasSize(10_000);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void fetch_diskThatIsFull_isNoMatterOfTheConnection() throws IOException {
        Files.createSymbolicLink(temp.resolve(".cifar.tar.gz.part"), Path.of("/dev/full"));
        assertThatThrownBy(() -> fetch(cifar, temp))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("that no space is left")
                .hasMessageNotContaining("connection");
        assertThat(server.ranges()).hasSize(1);
    }

    @Test
    void fetch_partThatCannotBeWritten_isNoMatterOfTheConnection() throws IOException {
        Files.createDirectory(temp.resolve(".cifar.tar.gz.part"));
        assertThatThrownBy(() -> fetch(cifar, temp))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("expected to write " + temp.resolve(".cifar.tar.gz.part"))
                .hasMessageNotContaining("connection");
        assertThat(server.ranges()).hasSize(1);
    }

    @Test
    void fetch_otherContent_isRejectedAndDeleted() {
        PublicDataset other = new PublicDataset(
                "cifar10",
                server.base(),
                List.of(new RemoteFile("cifar.tar.gz", "0".repeat(64))),
                Optional.of("cifar-10-batches-bin"));
        assertThatThrownBy(() -> fetch(other, temp))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("expected the SHA-256 sum 0000")
                .hasMessageContaining(sha256(archive));
        assertThat(temp).isEmptyDirectory();
    }

    @Test
    void fetch_noServer_reportsWhatToFetchByHandAndTakesIt() throws IOException {
        server.close();
        assertThatThrownBy(() -> fetch(cifar, temp))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("no connection")
                .hasMessageContaining("fetch " + server.base() + "cifar.tar.gz (SHA-256 " + sha256(archive) + ")")
                .hasMessageContaining("put it into " + temp);
        Files.write(temp.resolve("cifar.tar.gz"), archive);
        fetch(cifar, temp);
        assertThat(temp.resolve("cifar-10-batches-bin")).isDirectory();
    }

    @Test
    void fetch_fileThatTheServerDoesNotHave_isReported() {
        PublicDataset gone = new PublicDataset(
                "x", server.base(), List.of(new RemoteFile("gone.gz", "0".repeat(64))), Optional.empty());
        assertThatThrownBy(() -> fetch(gone, temp))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("the server answers 404");
        assertThat(server.ranges()).hasSize(1);
    }

    @Test
    void fetch_idxFiles_openAsTrainAndTest() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("train-images-idx3-ubyte.gz", gzip(idx(3, 5)));
        files.put("train-labels-idx1-ubyte.gz", gzip(idx(1, 5)));
        files.put("t10k-images-idx3-ubyte.gz", gzip(idx(3, 2)));
        files.put("t10k-labels-idx1-ubyte.gz", gzip(idx(1, 2)));
        try (TruncatingServer mnist = new TruncatingServer(files)) {
            List<RemoteFile> remote = files.entrySet().stream()
                    .map(file -> new RemoteFile(file.getKey(), sha256(file.getValue())))
                    .toList();
            fetch(new PublicDataset("mnist", mnist.base(), remote, Optional.empty()), temp);
        }
        try (DataSource train = DataSources.open(temp + "#train", DataOptions.defaults());
                DataSource test = DataSources.open(temp + "#test", DataOptions.defaults())) {
            assertThat(train.size()).isEqualTo(5);
            assertThat(test.size()).isEqualTo(2);
        }
    }

    @Test
    void all_haveWholeAddressesAndSums() {
        assertThat(PublicDataset.ALL)
                .extracting(PublicDataset::name)
                .containsExactly("cifar10", "cifar100", "stl10", "mnist", "fashion-mnist", "kmnist");
        assertThat(PublicDataset.ALL).allSatisfy(dataset -> {
            assertThat(dataset.base().toString()).startsWith("http").endsWith("/");
            assertThat(dataset.files())
                    .allSatisfy(file -> assertThat(file.sha256()).matches("[0-9a-f]{64}"));
        });
    }

    private void fetch(PublicDataset dataset, Path folder) {
        Downloads.fetch(dataset, folder, new DownloadListener() {
            @Override
            public void file(String what) {
                messages.add(what);
            }

            @Override
            public void bytes(long done, long total) {}
        });
    }

    /** Returns an archive of noise, which does not compress; one entry points outside the folder. */
    static byte[] cifarArchive() throws IOException {
        Random random = new Random(1);
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("cifar-10-batches-bin/data_batch_1.bin", records(random, 4));
        files.put("cifar-10-batches-bin/data_batch_2.bin", records(random, 2));
        files.put("cifar-10-batches-bin/test_batch.bin", records(random, 2));
        files.put("cifar-10-batches-bin/../../escaped.bin", new byte[3]);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
                entry.setSize(file.getValue().length);
                tar.putArchiveEntry(entry);
                tar.write(file.getValue());
                tar.closeArchiveEntry();
            }
        }
        return gzip(out.toByteArray());
    }

    private static byte[] records(Random random, int count) {
        byte[] records = new byte[count * RECORD];
        random.nextBytes(records);
        for (int i = 0; i < count; i++) {
            records[i * RECORD] = (byte) i;
        }
        return records;
    }

    /** Returns an (N, 2, 2) or (N) array of zeros. */
    private static byte[] idx(int axes, int count) {
        byte[] array = new byte[4 + 4 * axes + (axes == 1 ? count : 4 * count)];
        array[2] = 8;
        array[3] = (byte) axes;
        array[7] = (byte) count;
        for (int axis = 1; axis < axes; axis++) {
            array[7 + 4 * axis] = 2;
        }
        return array;
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        }
        return out.toByteArray();
    }

    static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
