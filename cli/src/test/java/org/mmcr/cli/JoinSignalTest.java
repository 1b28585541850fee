package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A rank in a separate process that is interrupted, or notified of the failure of another, while it waits for the
 * others.
 */
@Tag("long")
class JoinSignalTest {
    @TempDir
    private Path temp;

    private MmcrProcess rank(int rank, int port, Path run) throws IOException {
        return start(rank, port, "pretrain", pictures(), "--out", run, "--recipe", CliPictures.recipe(temp));
    }

    private MmcrProcess start(int rank, int port, Object... command) throws IOException {
        Map<String, String> environment = Map.of(
                "RANK",
                String.valueOf(rank),
                "WORLD_SIZE",
                "2",
                "MASTER_ADDR",
                "127.0.0.1",
                "MASTER_PORT",
                String.valueOf(port));
        return MmcrProcess.start(temp, environment, command);
    }

    private Path pictures() {
        Path pictures = temp.resolve("pictures");
        return Files.exists(pictures) ? pictures : CliPictures.write(pictures, 12, 1);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    @EnabledOnOs(OS.LINUX)
    void pretrain_rankZeroToldToEndBeforeOthersCome_exitsWith130AndOneLine(String signal) throws Exception {
        int port = freePort();
        Path run = temp.resolve("run");
        MmcrProcess first = rank(0, port, run);
        first.await(() -> listens(port));
        first.signal(signal);
        assertThat(first.exitCode()).as(first.err()).isEqualTo(ExitCode.INTERRUPTED);
        assertThat(first.err().strip())
                .isEqualTo(
                        "stopped: rank 0 of 2 was asked to stop before all processes had joined; nothing was trained");
        assertThat(first.out()).isEmpty();
        assertThat(run).doesNotExist();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void pretrain_rankOneStoppedBeforeItHasFoundRankZero_exitsWith130AndOneLine() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            MmcrProcess second = rank(1, silent.getLocalPort(), temp.resolve("run"));
            silent.accept();
            second.signal("TERM");
            assertThat(second.exitCode()).as(second.err()).isEqualTo(ExitCode.INTERRUPTED);
            assertThat(second.err()).hasLineCount(1).startsWith("stopped: rank 1 of 2 was asked to stop");
        }
    }

    @Test
    void pretrain_rankZeroWithAnOccupiedFolder_endsTheOtherWithTheReason() throws Exception {
        int port = freePort();
        Path run = Files.createDirectories(temp.resolve("run"));
        Files.writeString(run.resolve("holiday.txt"), "x");
        MmcrProcess second = rank(1, port, run);
        MmcrProcess first = rank(0, port, run);
        assertThat(first.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(second.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(first.err()).hasLineCount(1).startsWith("mmcr: expected an empty or new folder");
        assertThat(second.err())
                .hasLineCount(1)
                .startsWith("mmcr: rank 1 of 2 stops: another process failed, rank 0 of 2: expected an empty or new");
    }

    /** Linux has no GPU of an Apple processor. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void resume_rankOneWithoutTheDevice_endsTheOtherWithTheReason() throws Exception {
        Path run = temp.resolve("run");
        Path recipe = CliPictures.recipe(temp);
        CliRun before = CliRun.mmcr(
                "pretrain",
                pictures(),
                "--out",
                run,
                "--recipe",
                recipe,
                "--no-pictures",
                "--set",
                "distributed.timeoutSeconds=30");
        assertThat(before.code()).as(before.err()).isZero();
        int port = freePort();
        MmcrProcess first = start(0, port, "pretrain", "--resume", run);
        MmcrProcess second = start(1, port, "pretrain", "--resume", run, "--device", "mps");
        assertThat(second.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(first.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(first.err())
                .contains("rank 0 of 2 stops: another process failed, rank 1 of 2: expected the GPU of an Apple");
    }
}
