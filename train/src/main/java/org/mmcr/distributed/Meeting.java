package org.mmcr.distributed;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.SizeTPointer;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.ByteVector;
import org.bytedeco.pytorch.StringVector;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;
import org.mmcr.MmcrException;

/** The store that rank 0 keeps: where processes find one another and leave words for one another. */
final class Meeting {
    private final Rank rank;
    private final Duration patience;
    private final TCPStore store;

    private Meeting(Rank rank, Duration patience, TCPStore store) {
        this.rank = rank;
        this.patience = patience;
        this.store = store;
    }

    /** Opens the store on rank 0, or finds rank 0, within {@code patience}. */
    static Meeting open(Rank rank, Duration patience) {
        InetAddress master = resolve(rank);
        try (PointerScope scope = new PointerScope()) {
            TCPStoreOptions options = new TCPStoreOptions()
                    .port((short) rank.masterPort())
                    .isServer(rank.first())
                    .numWorkers(new SizeTPointer(1).put(rank.world()))
                    .waitWorkers(false)
                    .timeout(new Milliseconds(patience.toMillis()));
            TCPStore store = new TCPStore(master.getHostAddress(), options);
            store.retainReference();
            return new Meeting(rank, patience, store);
        } catch (RuntimeException e) {
            throw rank.first() ? notOpened(rank, e) : notFound(rank, patience, e);
        }
    }

    /** The same place with other patience. */
    Meeting patient(Duration other) {
        return new Meeting(rank, other, store);
    }

    TCPStore store() {
        return store;
    }

    void say(String key, String value) {
        try (PointerScope scope = new PointerScope()) {
            store.set(key, new ByteVector(value.getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** What a rank said, waiting for it. */
    String hear(String key, int from) {
        try (PointerScope scope = new PointerScope()) {
            store._wait(new StringVector(key), new Milliseconds(patience.toMillis()));
            return new String(store.get(key).get(), StandardCharsets.UTF_8);
        } catch (RuntimeException e) {
            throw new MmcrException(
                    "expected " + rank.world() + " processes, found no rank " + from + " within " + patience.toSeconds()
                            + " s; start one process for each rank, or look at why that one ended",
                    e);
        }
    }

    /** What has been said by now; nothing when it has not, or when rank 0 is gone. */
    Optional<String> heard(String key) {
        try (PointerScope scope = new PointerScope()) {
            return store.check(new StringVector(key))
                    ? Optional.of(new String(store.get(key).get(), StandardCharsets.UTF_8))
                    : Optional.empty();
        } catch (RuntimeException rankZeroIsGone) {
            return Optional.empty();
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

    private static MmcrException notOpened(Rank rank, RuntimeException e) {
        return new MmcrException(
                "expected port " + rank.masterPort() + " to be free on this machine for rank 0, found it taken"
                        + " or not allowed; choose another MASTER_PORT",
                e);
    }

    private static MmcrException notFound(Rank rank, Duration patience, RuntimeException e) {
        return new MmcrException(
                "expected rank 0 at " + rank.masterAddress() + ":" + rank.masterPort() + ", found nobody within "
                        + patience.toSeconds() + " s; check MASTER_ADDR and MASTER_PORT, and that rank 0 has started",
                e);
    }
}
