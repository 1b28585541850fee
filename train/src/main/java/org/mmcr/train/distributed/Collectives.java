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

/** A c10d backend: Gloo over TCP for tensors in main memory. */
final class Collectives {
    private static final int THREADS = 2;

    private final Backend backend;

    private Collectives(Backend backend) {
        this.backend = backend;
    }

    static Collectives gloo(Rank rank, RendezvousStore meeting, Duration patience) {
        try (PointerScope scope = new PointerScope()) {
            Optional<String> device = Optional.ofNullable(System.getenv("GLOO_SOCKET_IFNAME"));
            ProcessGroupGloo.Options options = ProcessGroupGloo.Options.create(new Milliseconds(patience.toMillis()))
                    .devices(new GlooDeviceVector(device.map(ProcessGroupGloo::createDeviceForInterface)
                            .orElseGet(() -> ProcessGroupGloo.createDeviceForHostname(meeting.ownAddress()))))
                    .threads(THREADS);
            ProcessGroupGloo group = new ProcessGroupGloo(meeting.store(), rank.rank(), rank.world(), options);
            group.retainReference();
            return new Collectives(group);
        }
    }

    /** Replaces contiguous values by their sum over the ranks. */
    void sum(Tensor values) {
        await(startSum(values));
    }

    /** Begins that; the values belong to the exchange until it has been awaited. */
    Work startSum(Tensor values) {
        try (PointerScope scope = new PointerScope()) {
            Work work = backend.allreduce(new TensorVector(values));
            work.retainReference(); // whoever awaits it may do so outside the scope in which it began
            return work;
        }
    }

    /** Waits for what was begun, once. */
    static void await(Work work) {
        try {
            work._wait();
        } finally {
            work.releaseReference();
        }
    }

    /** all (W R, ...) takes the rows (R, ...) of every rank, contiguous both. */
    void gather(Tensor all, Tensor rows) {
        try (PointerScope scope = new PointerScope()) {
            backend._allgather_base(all, rows)._wait();
        }
    }

    /** Replaces contiguous values by rank 0's. */
    void spread(Tensor values) {
        try (PointerScope scope = new PointerScope()) {
            backend.broadcast(new TensorVector(values))._wait();
        }
    }

    void close() {
        backend.releaseReference();
    }
}
