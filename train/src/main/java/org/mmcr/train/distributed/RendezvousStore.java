package org.mmcr.train.distributed;

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
import org.bytedeco.pytorch.PrefixStore;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.StringVector;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.core.MmcrException;

/** The store where processes find one another and leave words for one another; rank 0 keeps it, or torchrun's agent. */
final class RendezvousStore {
    private static final Duration ANSWER = Duration.ofSeconds(2);
    private static final long FIRST_PAUSE_MILLIS = 10;
    private static final long LONGEST_PAUSE_MILLIS = 250;

    private static final String FAILURE = "failure";
    private static final String STOP = "stop";

    /**
     * Stores that are parts of another one, and those. JavaCPP hands the outer store on without counting a reference, so that freeing the
     * two in the collector's order corrupts the heap; one pair for each attempt stays until the process ends.
     */
    private static final List<Store> KEPT = Collections.synchronizedList(new ArrayList<>());

    private final Rank rank;
    private final Duration patience;
    private final Store store;

    private RendezvousStore(Rank rank, Duration patience, Store store) {
        this.rank = rank;
        this.patience = patience;
        this.store = store;
    }

    /** Opens the store, or finds it within {@code patience}. */
    static RendezvousStore open(Rank rank, Duration patience) {
        torch.initLogging(); // reads TORCH_CPP_LOG_LEVEL
        InetAddress master = resolve(rank);
        try {
            // Something else that listens there is heard out for ever.
            Store connection = within(patience.plus(ANSWER), () -> connect(rank, master, patience))
                    .orElseThrow(() -> new IllegalStateException("no answer"));
            return new RendezvousStore(rank, patience, ofThisAttempt(rank, connection));
        } catch (RuntimeException e) {
            throw rank.keepsStore() ? notOpened(rank, e) : notFound(rank, patience, e);
        }
    }

    private static Store connect(Rank rank, InetAddress master, Duration patience) {
        try (PointerScope scope = new PointerScope()) {
            TCPStoreOptions options = new TCPStoreOptions()
                    .port((short) rank.masterPort())
                    .isServer(rank.keepsStore())
                    .numWorkers(new SizeTPointer(1).put(rank.world()))
                    .waitWorkers(false)
                    .timeout(new Milliseconds(patience.toMillis()));
            Store store = new TCPStore(master.getHostAddress(), options);
            store.retainReference();
            return store;
        }
    }

    /** An agent's store outlives the processes: what earlier ones said in it must not be heard. */
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

    Store store() {
        return store;
    }

    void say(String key, String value) {
        try (PointerScope scope = new PointerScope()) {
            store.set(key, new ByteVector(value.getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** Says why this process ends, to whoever still listens. */
    void sayFailure(String reason) {
        tell(FAILURE, rank + ": " + reason);
    }

    /** Says that this process was told to stop before all had met. */
    void sayStop() {
        tell(STOP, rank + " was told to stop");
    }

    /** Why another process ended, if it said so. */
    Optional<String> failure() {
        return heard(FAILURE);
    }

    /**
     * What a rank said, waiting for it. It asks again and again, so that the store is free for other words meanwhile.
     *
     * @throws PeerLostException if any process fails before, or the store goes away
     * @throws StoppedException if any process is told to stop before
     */
    String hear(String key, int from) throws InterruptedException {
        return repeatedly(patience, () -> {
                    Optional<String> said = askOf(key);
                    if (said.isEmpty()) {
                        heedEnds();
                    }
                    return said;
                })
                .orElseThrow(() -> absent(from));
    }

    private void heedEnds() {
        askOf(STOP).ifPresent(who -> {
            throw new StoppedException(who);
        });
        askOf(FAILURE).ifPresent(reason -> {
            throw new PeerLostException(rank + " stops: another process failed, " + reason);
        });
    }

    /** The first answer within {@code limit}; asks at once, then less and less often. */
    private static <T> Optional<T> repeatedly(Duration limit, Supplier<Optional<T>> question)
            throws InterruptedException {
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

    private Optional<String> askOf(String key) {
        try {
            return ask(key);
        } catch (RuntimeException e) {
            throw new PeerLostException(
                    rank + " stops: " + keeper(rank) + " ended before all processes had met; look at what it said", e);
        }
    }

    private MmcrException absent(int from) {
        return new MmcrException("expected " + rank.world() + " processes, found no rank " + from + " within "
                + patience.toSeconds() + " s; start one process for each rank, or look at why that one ended");
    }

    /** Leaves. Who keeps the store goes last, when the others have left or {@code limit} is over; nothing here fails. */
    void leave(Duration limit) {
        if (!rank.keepsStore()) {
            tell("left/" + rank.rank(), "");
            return;
        }
        String[] others =
                IntStream.range(1, rank.world()).mapToObj(i -> "left/" + i).toArray(String[]::new);
        try {
            repeatedly(limit, () -> has(others) ? Optional.of(others) : Optional.empty());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException storeIsGone) {
            // Nothing is left to wait for.
        }
    }

    private boolean has(String... keys) {
        try (PointerScope scope = new PointerScope()) {
            return store.check(new StringVector(keys));
        }
    }

    /** Says something that may reach nobody. */
    private void tell(String key, String value) {
        try {
            within(ANSWER, () -> {
                say(key, value);
                return key;
            });
        } catch (RuntimeException storeIsGone) {
            // Then nobody is there to hear it.
        }
    }

    /**
     * What has been said by now; nothing when it has not, or when the store is gone. Where the network is cut the question
     * would hang for longer than anyone waits.
     */
    Optional<String> heard(String key) {
        try {
            return within(ANSWER, () -> ask(key)).flatMap(Function.identity());
        } catch (RuntimeException storeIsGone) {
            return Optional.empty();
        }
    }

    /** What a thread of its own answers in time; the thread may hang for ever. */
    private static <T> Optional<T> within(Duration patience, Supplier<T> question) {
        CompletableFuture<Optional<T>> answer = new CompletableFuture<>();
        Thread asking = new Thread(
                () -> {
                    try {
                        answer.complete(Optional.of(question.get()));
                    } catch (RuntimeException e) {
                        answer.completeExceptionally(e);
                    }
                },
                "mmcr-store");
        asking.setDaemon(true);
        asking.start();
        try {
            return answer.completeOnTimeout(Optional.empty(), patience.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private Optional<String> ask(String key) {
        try (PointerScope scope = new PointerScope()) {
            return store.check(new StringVector(key))
                    ? Optional.of(new String(store.get(key).get(), StandardCharsets.UTF_8))
                    : Optional.empty();
        }
    }

    /** This machine's address as the others reach it: that of the way to rank 0. */
    String ownAddress() {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(resolve(rank), rank.masterPort()));
            return socket.getLocalAddress().getHostAddress();
        } catch (SocketException e) {
            throw new MmcrException(
                    "expected a network way to rank 0 at " + rank.masterAddress() + ", found " + e.getMessage()
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

    /** Who has the store in which processes meet. */
    private static String keeper(Rank rank) {
        return rank.attempt().isPresent() ? "torchrun's agent" : "rank 0";
    }

    private static MmcrException notOpened(Rank rank, RuntimeException e) {
        return new MmcrException(
                "expected port " + rank.masterPort() + " to be free on this machine for rank 0, found it taken"
                        + " or not allowed; choose another MASTER_PORT",
                e);
    }

    private static MmcrException notFound(Rank rank, Duration patience, RuntimeException e) {
        String keeper = keeper(rank);
        return new MmcrException(
                "expected " + keeper + " at " + rank.masterAddress() + ":" + rank.masterPort()
                        + ", found nobody within " + patience.toSeconds()
                        + " s; check MASTER_ADDR and MASTER_PORT, and that " + keeper + " has started",
                e);
    }
}
