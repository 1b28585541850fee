package org.mmcr.distributed;

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

    static Collectives gloo(Rank rank, Meeting meeting, Duration patience) {
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
        try (PointerScope scope = new PointerScope()) {
            await(backend.allreduce(new TensorVector(values)));
        }
    }

    /** all (W R, ...) takes the rows (R, ...) of every rank, contiguous both. */
    void gather(Tensor all, Tensor rows) {
        try (PointerScope scope = new PointerScope()) {
            await(backend._allgather_base(all, rows));
        }
    }

    /** Replaces contiguous values by rank 0's. */
    void spread(Tensor values) {
        try (PointerScope scope = new PointerScope()) {
            await(backend.broadcast(new TensorVector(values)));
        }
    }

    private static void await(Work work) {
        work._wait();
    }

    void close() {
        backend.releaseReference();
    }
}
