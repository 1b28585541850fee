package org.mmcr.train.distributed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.SizeTPointer;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.ByteVector;
import org.bytedeco.pytorch.IntOptional;
import org.bytedeco.pytorch.PrefixStore;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.StringVector;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.core.MmcrException;

/**
 * The key-value store in which the processes of a run publish their addresses, their fingerprints and the reasons for
 * which they end. Rank 0 hosts it, or torchrun's agent does. At a loopback address only
 * this machine reaches it.
 */
final class RendezvousStore {
    private static final Duration ANSWER = Duration.ofSeconds(2);
    private static final long FIRST_PAUSE_MILLIS = 10;
    private static final long LONGEST_PAUSE_MILLIS = 250;

    private static final String FAILURE = "failure";
    private static final String STOP = "stop";

    /**
     * Prefix stores and the stores below them. JavaCPP passes the lower store on without counting a reference, so
     * freeing the two in the collector's order corrupts the heap. One pair for each attempt is kept until the process
     * ends.
     */
    private static final List<Store> KEPT = Collections.synchronizedList(new ArrayList<>());

    private final Rank rank;
    private final Duration timeout;
    private final Store store;

    private RendezvousStore(Rank rank, Duration timeout, Store store) {
        this.rank = rank;
        this.timeout = timeout;
        this.store = store;
    }

    /** Opens the store on the process that hosts it, or connects to it within {@code timeout}. */
    static RendezvousStore open(Rank rank, Duration timeout) {
        torch.initLogging(); // reads TORCH_CPP_LOG_LEVEL
        InetAddress master = resolve(rank);
        try {
            // If another program listens at the port, the connection attempt never returns.
            Store connection = within(timeout.plus(ANSWER), () -> connect(rank, master, timeout))
                    .orElseThrow(() -> new IllegalStateException("no answer"));
            return new RendezvousStore(rank, timeout, ofThisAttempt(rank, connection));
        } catch (RuntimeException e) {
            throw rank.hostsStore() ? notOpened(rank, e) : notFound(rank, timeout, e);
        }
    }

    private static Store connect(Rank rank, InetAddress master, Duration timeout) {
        try (PointerScope scope = new PointerScope()) {
            TCPStoreOptions options = new TCPStoreOptions()
                    .port((short) rank.masterPort())
                    .isServer(rank.hostsStore())
                    .numWorkers(new SizeTPointer(1).put(rank.world()))
                    .waitWorkers(false)
                    .timeout(new Milliseconds(timeout.toMillis()));
            if (rank.hostsStore() && master.isLoopbackAddress()) {
                OptionalInt listener = LoopbackListener.open(master, rank.masterPort());
                listener.ifPresent(descriptor -> options.masterListenFd(new IntOptional(descriptor)));
            }
            Store store = new TCPStore(master.getHostAddress(), options);
            store.retainReference();
            return store;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An agent's store outlives the processes. A prefix keeps the values of an earlier attempt apart. */
    private static Store ofThisAttempt(Rank rank, Store connection) {
        if (rank.attempt().isEmpty()) {
            return connection;
        }
        try (PointerScope scope = new PointerScope()) {
            Store store = new PrefixStore("mmcr-attempt-" + rank.attempt().getAsInt(), connection);
            store.retainReference();
            KEPT.addAll(List.of(connection, store));
            return store;
        }
    }

    /** The store of libtorch. */
    Store store() {
        return store;
    }

    void set(String key, String value) {
        try (PointerScope scope = new PointerScope()) {
            store.set(key, new ByteVector(value.getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** Publishes why this process ends. */
    void publishFailure(String reason) {
        trySet(FAILURE, rank + ": " + reason);
    }

    /** Publishes that this process was asked to stop before all had joined. */
    void publishStop() {
        trySet(STOP, rank + " was asked to stop");
    }

    /** Returns the reason that another process published when it ended, if any. */
    Optional<String> failure() {
        return tryGet(FAILURE);
    }

    /**
     * Waits for a value that a rank sets. It polls, so that the connection is free for other requests in between.
     *
     * @throws PeerLostException if any process fails first, or the store goes away
     * @throws StoppedException if any process is asked to stop first
     */
    String await(String key, int from) throws InterruptedException {
        return poll(timeout, () -> {
                    Optional<String> value = getOrLost(key);
                    if (value.isEmpty()) {
                        throwIfAnyEnded();
                    }
                    return value;
                })
                .orElseThrow(() -> absent(from));
    }

    private void throwIfAnyEnded() {
        getOrLost(STOP).ifPresent(who -> {
            throw new StoppedException(who);
        });
        getOrLost(FAILURE).ifPresent(reason -> {
            throw new PeerLostException(rank + " stops: another process failed, " + reason);
        });
    }

    /** Throws what {@link #await} throws if any process has ended. */
    void requireAllRunning() {
        within(ANSWER, () -> {
            throwIfAnyEnded();
            return rank;
        });
    }

    /** Polls with growing pauses until there is a value or {@code limit} is over. */
    private static <T> Optional<T> poll(Duration limit, Supplier<Optional<T>> question) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        long pause = FIRST_PAUSE_MILLIS;
        Optional<T> answer = question.get();
        while (answer.isEmpty() && System.nanoTime() < deadline) {
            Thread.sleep(pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
            answer = question.get();
        }
        return answer;
    }

    private Optional<String> getOrLost(String key) {
        try {
            return get(key);
        } catch (RuntimeException e) {
            throw new PeerLostException(
                    rank + " stops: " + host(rank) + " ended before all processes had joined; see its output", e);
        }
    }

    private MmcrException absent(int from) {
        return new MmcrException("expected " + rank.world() + " processes, found no rank " + from + " within "
                + timeout.toSeconds() + " s; start one process for each rank, or find out why that one ended");
    }

    /**
     * Leaves the run. The process that hosts the store waits until all others have left, or {@code limit} is over.
     * Never throws.
     */
    void leave(Duration limit) {
        if (!rank.hostsStore()) {
            trySet("left/" + rank.rank(), "");
            return;
        }
        String[] others =
                IntStream.range(1, rank.world()).mapToObj(i -> "left/" + i).toArray(String[]::new);
        try {
            poll(limit, () -> has(others) ? Optional.of(others) : Optional.empty());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException storeIsGone) {
            // The store is closed, so no process can be waited for.
        }
    }

    private boolean has(String... keys) {
        try (PointerScope scope = new PointerScope()) {
            return store.check(new StringVector(keys));
        }
    }

    /** Sets a value unless the store is gone. */
    private void trySet(String key, String value) {
        try {
            within(ANSWER, () -> {
                set(key, value);
                return key;
            });
        } catch (RuntimeException storeIsGone) {
            // The store is closed, so no process can read the value.
        }
    }

    /** Reads a value; empty if it is not set, the store is gone, or the network does not answer in time. */
    Optional<String> tryGet(String key) {
        try {
            return within(ANSWER, () -> get(key)).flatMap(Function.identity());
        } catch (RuntimeException storeIsGone) {
            return Optional.empty();
        }
    }

    /** Runs a request on a thread of its own, which may hang forever; empty if the request takes too long. */
    private static <T> Optional<T> within(Duration limit, Supplier<T> request) {
        CompletableFuture<Optional<T>> answer = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        answer.complete(Optional.of(request.get()));
                    } catch (RuntimeException e) {
                        answer.completeExceptionally(e);
                    }
                },
                "mmcr-store");
        thread.setDaemon(true);
        thread.start();
        try {
            return answer.completeOnTimeout(Optional.empty(), limit.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private Optional<String> get(String key) {
        try (PointerScope scope = new PointerScope()) {
            return store.check(new StringVector(key))
                    ? Optional.of(new String(store.get(key).get(), StandardCharsets.UTF_8))
                    : Optional.empty();
        }
    }

    /** The address of this machine on the network route to rank 0. */
    String ownAddress() {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(resolve(rank), rank.masterPort()));
            return socket.getLocalAddress().getHostAddress();
        } catch (SocketException e) {
            throw new MmcrException(
                    "expected a network route to rank 0 at " + rank.masterAddress() + ", found " + e.getMessage()
                            + "; check MASTER_ADDR",
                    e);
        }
    }

    private static InetAddress resolve(Rank rank) {
        try {
            return InetAddress.getByName(rank.masterAddress());
        } catch (UnknownHostException e) {
            throw new MmcrException(
                    "expected MASTER_ADDR to be the host of rank 0, found '" + rank.masterAddress()
                            + "', which has no address; check its spelling and the name service",
                    e);
        }
    }

    private static String host(Rank rank) {
        return rank.attempt().isPresent() ? "torchrun's agent" : "rank 0";
    }

    private static MmcrException notOpened(Rank rank, RuntimeException e) {
        return new MmcrException(
                "expected port " + rank.masterPort() + " to be free on this machine for rank 0, found it taken"
                        + " or not allowed; choose another MASTER_PORT",
                e);
    }

    private static MmcrException notFound(Rank rank, Duration timeout, RuntimeException e) {
        String host = host(rank);
        return new MmcrException(
                "expected " + host + " at " + rank.masterAddress() + ":" + rank.masterPort()
                        + ", found no answer within "
                        + timeout.toSeconds() + " s; check MASTER_ADDR and MASTER_PORT, and that " + host
                        + " has started",
                e);
    }
}
