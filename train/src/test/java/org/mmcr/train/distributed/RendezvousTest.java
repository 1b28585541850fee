package org.mmcr.train.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.mmcr.core.MmcrException;
import org.mmcr.data.ChildJvm;

/**
 * Waits for processes that never join. The timeout is ten minutes, so a test that ends in time has not waited for it.
 */
class RendezvousTest {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final long LIMIT_SECONDS = 60;

    private final CompletableFuture<Void> stop = new CompletableFuture<>();

    /** Joins on a thread of its own; completes with what ended the wait. */
    private CompletableFuture<Throwable> waiting(Rank rank, CompletableFuture<?> until) {
        return CompletableFuture.supplyAsync(() -> {
            try (ProcessGroup group = ProcessGroup.join(rank, new RunFingerprint(), LONG, until)) {
                return new AssertionError("joined as " + group.rank());
            } catch (RuntimeException e) {
                return e;
            }
        });
    }

    private static Throwable end(CompletableFuture<Throwable> waiting) throws Exception {
        return waiting.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void join_askedToStop_stopsAllThatWait() throws Exception {
        int port = Loopback.freePort();
        CompletableFuture<Throwable> first = waiting(Loopback.ranked(0, 3, port), stop);
        CompletableFuture<Throwable> second = waiting(Loopback.ranked(1, 3, port), new CompletableFuture<>());
        RendezvousStore store = RendezvousStore.open(Loopback.ranked(2, 3, port), LONG);
        store.await("difference/1", 1); // now both wait for rank 2
        stop.complete(null);
        assertThat(end(first))
                .isInstanceOf(StoppedException.class)
                .hasMessage(
                        "stopped: rank 0 of 3 was asked to stop before all processes had joined; nothing was trained");
        assertThat(end(second))
                .isInstanceOf(StoppedException.class)
                .hasMessageContaining("rank 0 of 3 was asked to stop");
    }

    @Test
    void join_askedToStopWithoutRankZero_stops() throws Exception {
        CompletableFuture<Throwable> waiting = waiting(Loopback.ranked(1, 2, Loopback.freePort()), stop);
        stop.complete(null);
        assertThat(end(waiting)).isInstanceOf(StoppedException.class);
    }

    @Test
    void join_withRankZeroFailedBefore_reportsWhy() throws Exception {
        int port = Loopback.freePort();
        CompletableFuture<Throwable> waiting = waiting(Loopback.ranked(1, 2, port), stop);
        MmcrException reason = new MmcrException("expected a folder, found none\nof any kind");
        assertThatThrownBy(() -> ProcessGroup.beforeJoining(Loopback.ranked(0, 2, port), () -> {
                    throw reason;
                }))
                .isSameAs(reason);
        assertThat(end(waiting))
                .isInstanceOf(PeerLostException.class)
                .hasMessage(
                        "rank 1 of 2 stops: another process failed, rank 0 of 2: expected a folder, found none of any kind");
    }

    @Test
    void join_withAnotherRankFailedBefore_reportsWhy() throws Exception {
        int port = Loopback.freePort();
        CompletableFuture<Throwable> first = waiting(Loopback.ranked(0, 3, port), stop);
        CompletableFuture<Throwable> second = waiting(Loopback.ranked(1, 3, port), stop);
        assertThatThrownBy(() -> ProcessGroup.beforeJoining(Loopback.ranked(2, 3, port), () -> {
                    throw new MmcrException("no data");
                }))
                .hasMessage("no data");
        assertThat(end(first)).hasMessage("rank 0 of 3 stops: another process failed, rank 2 of 3: no data");
        assertThat(end(second)).hasMessage("rank 1 of 3 stops: another process failed, rank 2 of 3: no data");
    }

    @Test
    void join_withRankZeroKilled_endsBeforeItsTime() throws Exception {
        int port = Loopback.freePort();
        Process first = start(Map.of(), port);
        try {
            CompletableFuture<Throwable> second = waiting(Loopback.ranked(1, 3, port), stop);
            RendezvousStore.open(Loopback.ranked(2, 3, port), LONG).await("difference/1", 1);
            first.destroyForcibly();
            assertThat(end(second))
                    .isInstanceOf(PeerLostException.class)
                    .hasMessageStartingWith("rank 1 of 3 stops: rank 0 ended before all processes had joined");
        } finally {
            first.destroyForcibly();
        }
    }

    @Test
    void join_withRankZeroWithoutItsNetworkInterface_reportsWhy() throws Exception {
        int port = Loopback.freePort();
        CompletableFuture<Throwable> second = waiting(Loopback.ranked(1, 3, port), stop);
        Process first = start(Map.of("GLOO_SOCKET_IFNAME", "nope"), port);
        try {
            assertThat(end(second))
                    .isInstanceOf(PeerLostException.class)
                    .hasMessage("rank 1 of 3 stops: another process failed, rank 0 of 3: expected GLOO_SOCKET_IFNAME to"
                            + " name a network interface of this machine, found 'nope'; correct it, or leave it out");
        } finally {
            first.destroyForcibly();
        }
    }

    @Test
    void join_withRankZeroGoneWhileItConnects_reportsWhichEnded() throws Exception {
        int port = Loopback.freePort();
        Process first = start(Map.of(), port, "compared");
        try {
            assertThat(end(waiting(Loopback.ranked(1, 2, port), stop)))
                    .isInstanceOf(PeerLostException.class)
                    .hasMessageStartingWith("rank 1 of 2 stops: rank 0 ended before all processes had joined");
        } finally {
            first.destroyForcibly();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void open_atALoopbackAddress_listensThereAlone() throws Exception {
        int port = Loopback.freePort();
        RendezvousStore host = RendezvousStore.open(Loopback.ranked(0, 2, port), LONG);
        host.set("key", "value");
        RendezvousStore other = RendezvousStore.open(Loopback.ranked(1, 2, port), LONG);
        assertThat(other.tryGet("key")).contains("value");
        // 127.0.0.2 is another address of this machine, as that of a network card is.
        assertThatThrownBy(() -> new Socket("127.0.0.2", port).close()).isInstanceOf(ConnectException.class);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void open_atATakenPort_namesIt() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> RendezvousStore.open(Loopback.ranked(0, 2, taken.getLocalPort()), LONG))
                    .isInstanceOf(MmcrException.class)
                    .hasMessageStartingWith("expected port " + taken.getLocalPort() + " to be free");
        }
    }

    private static Process start(Map<String, String> environment, Object... arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(ChildJvm.command(RendezvousTest.class, arguments))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** Runs rank 0 of three, or with a second argument that of two until rank 1 connects. */
    public static void main(String[] arguments) throws InterruptedException {
        int port = Integer.parseInt(arguments[0]);
        if (arguments.length == 1) {
            ProcessGroup.join(Loopback.ranked(0, 3, port), new RunFingerprint(), LONG)
                    .close();
            return;
        }
        RendezvousStore store = RendezvousStore.open(Loopback.ranked(0, 2, port), LONG);
        store.set("fingerprint", new RunFingerprint().text());
        store.set("difference/0", "");
        store.await("difference/1", 1);
        Thread.sleep(1000); // rank 1 has read both and waits in libtorch
        Runtime.getRuntime().halt(0);
    }
}
