package org.mmcr.train.distributed;

import java.time.Duration;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.Backend;
import org.bytedeco.pytorch.GlooDeviceVector;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;
import org.mmcr.core.MmcrException;

/** The collective operations of c10d: the Gloo backend over TCP, for tensors in main memory. */
final class Collectives {
    private static final int THREADS = 2;
    private static final String INTERFACE = "GLOO_SOCKET_IFNAME";

    private final Backend backend;

    private Collectives(Backend backend) {
        this.backend = backend;
    }

    /**
     * Checks the network interface that the environment selects, if any, without a wait for another process.
     *
     * @throws MmcrException if this machine has none of that name
     */
    static void requireInterface() {
        Optional<String> name = chosenInterface();
        try (PointerScope scope = new PointerScope()) {
            name.ifPresent(ProcessGroupGloo::createDeviceForInterface);
        } catch (RuntimeException e) {
            throw new MmcrException(
                    "expected " + INTERFACE + " to name a network interface of this machine, found '" + name.orElse("")
                            + "'; correct it, or leave it out",
                    e);
        }
    }

    private static Optional<String> chosenInterface() {
        return Optional.ofNullable(System.getenv(INTERFACE));
    }

    static Collectives gloo(Rank rank, RendezvousStore store, Duration timeout) {
        try (PointerScope scope = new PointerScope()) {
            ProcessGroupGloo.Options options = ProcessGroupGloo.Options.create(new Milliseconds(timeout.toMillis()))
                    .devices(new GlooDeviceVector(chosenInterface()
                            .map(ProcessGroupGloo::createDeviceForInterface)
                            .orElseGet(() -> ProcessGroupGloo.createDeviceForHostname(store.ownAddress()))))
                    .threads(THREADS);
            ProcessGroupGloo group = new ProcessGroupGloo(store.store(), rank.rank(), rank.world(), options);
            group.retainReference();
            return new Collectives(group);
        }
    }

    /** Replaces contiguous values by their sum over the ranks. */
    void sum(Tensor values) {
        await(startSum(values));
    }

    /** Starts such a sum; the values must not be touched before {@link #await}. */
    Work startSum(Tensor values) {
        try (PointerScope scope = new PointerScope()) {
            Work work = backend.allreduce(new TensorVector(values));
            work.retainReference(); // may be awaited outside the scope in which it started
            return work;
        }
    }

    /** Waits for a sum that was started; once for each. */
    static void await(Work work) {
        try {
            work._wait();
        } finally {
            work.releaseReference();
        }
    }

    /** Copies the rows (R, ...) of every rank into {@code all} (W R, ...); both contiguous. */
    void gather(Tensor all, Tensor rows) {
        try (PointerScope scope = new PointerScope()) {
            backend._allgather_base(all, rows)._wait();
        }
    }

    /** Replaces contiguous values by rank 0's. */
    void broadcast(Tensor values) {
        try (PointerScope scope = new PointerScope()) {
            backend.broadcast(new TensorVector(values))._wait();
        }
    }

    void close() {
        backend.releaseReference();
    }
}
