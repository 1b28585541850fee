package org.mmcr.train.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The output of child processes as the launcher shows it. */
class OutputForwarderTest {
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void holdingNewest_forwardsEveryLineButTheLastWithThePrefix() throws Exception {
        String said = "start\nmmcr: one\nstep 1\nmmcr: two\nmmcr: failed\n  at a line of the trace\n";
        OutputForwarder forwarder = OutputForwarder.holdingNewest(stream(said), shown, "mmcr: ");
        forwarder.finish();
        assertThat(text(shown)).isEqualTo("start\nstep 1\nmmcr: one\nmmcr: two\n  at a line of the trace\n");
        assertThat(forwarder.held()).contains("failed");
    }

    @Test
    void release_forwardsTheHeldLineOnce() throws Exception {
        OutputForwarder forwarder =
                OutputForwarder.holdingNewest(stream("mmcr: one\nrest\nmmcr: cut"), shown, "mmcr: ");
        forwarder.finish();
        forwarder.release();
        forwarder.release();
        assertThat(text(shown)).isEqualTo("rest\nmmcr: one\nmmcr: cut\n");
        assertThat(forwarder.held()).isEmpty();
    }

    /** A line that is older than an error line would be is a warning, and shown while the process runs on. */
    @Test
    void releaseAfter_forwardsAnOldLineWhileTheStreamIsOpen() throws Exception {
        try (PipedOutputStream process = new PipedOutputStream()) {
            OutputForwarder forwarder = OutputForwarder.holdingNewest(new PipedInputStream(process), shown, "mmcr: ");
            process.write("mmcr: read 5 rows\n".getBytes(StandardCharsets.UTF_8));
            process.flush();
            while (forwarder.held().isEmpty()) {
                Thread.onSpinWait();
            }
            forwarder.releaseAfter(Duration.ofHours(1));
            assertThat(text(shown)).isEmpty();
            forwarder.releaseAfter(Duration.ZERO);
            assertThat(text(shown)).isEqualTo("mmcr: read 5 rows\n");
        }
    }

    @Test
    void dropping_forwardsNoLineWithThePrefix() throws Exception {
        OutputForwarder forwarder =
                OutputForwarder.dropping(stream("[Gloo] one\nresult\n[Gloo] two\n[G\n"), shown, "[Gloo] ");
        forwarder.finish();
        forwarder.release();
        assertThat(text(shown)).isEqualTo("result\n[G\n");
    }

    @Test
    void failed_afterAFullDisk_butNotAfterAReaderThatLeft() throws Exception {
        assertThat(failsWith("No space left on device")).isTrue();
        assertThat(failsWith("Broken pipe")).isFalse();
    }

    private static boolean failsWith(String message) throws InterruptedException {
        OutputStream target = new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                throw new IOException(message);
            }
        };
        OutputForwarder forwarder = OutputForwarder.dropping(stream("result\n"), target, "[Gloo] ");
        forwarder.finish();
        return forwarder.failed();
    }

    private LocalLauncher.Outcome launch(String script, int processes) {
        return LocalLauncher.start(
                        List.of("sh", "-c", script),
                        processes,
                        LocalLauncher.freePort(),
                        OutputStream.nullOutputStream(),
                        shown)
                .await(130);
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void launch_ofProcessesThatWarn_showsTheWarningsOfTheFirst() {
        LocalLauncher.Outcome outcome =
                launch("echo \"mmcr: rank $RANK warns\" >&2; echo \"mmcr: rank $RANK warns again\" >&2", 2);
        assertThat(outcome.exitCode()).isZero();
        assertThat(text(shown)).isEqualTo("mmcr: rank 0 warns\nmmcr: rank 0 warns again\n");
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void launch_ofAProcessThatFails_returnsItsLastLineAndShowsTheOthers() {
        LocalLauncher.Outcome outcome = launch("echo 'mmcr: careful' >&2; echo 'mmcr: it failed' >&2; exit 3", 1);
        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.failure()).contains("it failed");
        assertThat(text(shown)).isEqualTo("mmcr: careful\n");
    }
}
