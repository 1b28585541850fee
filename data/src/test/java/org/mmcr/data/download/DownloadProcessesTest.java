package org.mmcr.data.download;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.MmcrException;
import org.mmcr.data.ChildJvm;
import org.mmcr.data.download.PublicDataset.RemoteFile;

/** Downloads in processes of their own, from a server that pauses in the middle of the file. */
@Tag("long")
class DownloadProcessesTest {
    private static final String ARCHIVE = "cifar.tar.gz";
    private static final String UNPACKED = "cifar-10-batches-bin";
    private static final long PATIENCE_SECONDS = 60;

    @TempDir
    Path temp;

    private final List<Process> started = new ArrayList<>();
    private Path folder;
    private byte[] archive;
    private TruncatingServer server;

    @BeforeEach
    void serve() throws IOException {
        folder = temp.resolve("cifar");
        archive = DownloadsTest.cifarArchive();
        server = new TruncatingServer(Map.of(ARCHIVE, archive));
        server.pauseAfter(archive.length / 2);
    }

    @AfterEach
    void stop() {
        started.forEach(Process::destroyForcibly);
        server.close();
    }

    @Test
    void fetch_twiceIntoOneFolder_isDoneByOne() throws Exception {
        Process first = start("first");
        awaitHalf(first);
        Process second = start("second");
        assertThat(exitCode(second)).isEqualTo(1);
        assertThat(errors("second")).singleElement().asString().startsWith("expected no other download into " + folder);
        server.resume();
        assertThat(exitCode(first)).as("%s", errors("first")).isZero();
        assertWhole();
    }

    @Test
    void fetch_killedInTheMiddle_isRepeatable() throws Exception {
        Process killed = start("killed");
        awaitHalf(killed);
        killed.destroyForcibly().waitFor();
        assertThat(names()).isNotEmpty().allMatch(name -> name.startsWith("."));
        server.resume();
        assertThat(exitCode(start("again"))).as("%s", errors("again")).isZero();
        assertWhole();
        assertThat(server.ranges()).last().asString().startsWith("bytes=");
    }

    private void assertWhole() throws IOException {
        assertThat(names()).containsExactly(UNPACKED);
        assertThat(folder.resolve(UNPACKED).resolve("data_batch_1.bin")).hasSize(4 * DownloadsTest.RECORD);
    }

    private Process start(String name) throws IOException {
        Process process = new ProcessBuilder(
                        ChildJvm.command(Fetch.class, server.base(), DownloadsTest.sha256(archive), folder))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(temp.resolve(name).toFile())
                .start();
        started.add(process);
        return process;
    }

    private static int exitCode(Process process) throws InterruptedException {
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    /** Waits until a process has written what the server sends before its pause. */
    private void awaitHalf(Process process) throws Exception {
        Path part = folder.resolve("." + ARCHIVE + ".part");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!Files.exists(part) || Files.size(part) < archive.length / 2) {
            assertThat(System.nanoTime()).as("waited too long for " + part).isLessThan(end);
            assertThat(process.waitFor(20, TimeUnit.MILLISECONDS)).isFalse();
        }
    }

    private List<String> errors(String name) throws IOException {
        return Files.readAllLines(temp.resolve(name)).stream()
                .filter(line -> line.startsWith("expected "))
                .toList();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName())).toList();
        }
    }

    /** Downloads the archive into a folder; exits with 1 and a message if that fails. */
    static final class Fetch {
        private Fetch() {}

        public static void main(String[] arguments) {
            PublicDataset dataset = new PublicDataset(
                    "cifar10",
                    URI.create(arguments[0]),
                    List.of(new RemoteFile(ARCHIVE, arguments[1])),
                    Optional.of(UNPACKED));
            try {
                Downloads.fetch(dataset, Path.of(arguments[2]), new Silent());
            } catch (MmcrException e) {
                System.err.println(e.getMessage());
                System.exit(1);
            }
        }
    }

    private static final class Silent implements DownloadListener {
        @Override
        public void file(String what) {}

        @Override
        public void bytes(long done, long total) {}
    }
}
