package org.mmcr.train.distributed;

import java.util.EnumMap;
import java.util.Map;
import org.apiguardian.api.API;

/** Bytes that this process passed to collective operations and the time spent in them, by purpose. */
@API(status = API.Status.STABLE)
public final class CommunicationStats {
    /** The purpose of an exchange. */
    public enum Use {
        /** Data of the objective, such as a Gram matrix or embeddings. */
        OBJECTIVE,
        /** Gradients of the parameters. */
        GRADIENTS,
        /** Batch-norm statistics and their gradients. */
        BATCH_NORM,
        /** The state at the start, and progress and stop requests between steps. */
        CONTROL
    }

    private final Map<Use, Long> bytes = new EnumMap<>(Use.class);
    private final Map<Use, Long> nanos = new EnumMap<>(Use.class);

    CommunicationStats() {}

    void addBytes(Use use, long more) {
        bytes.merge(use, more, Long::sum);
    }

    void addNanos(Use use, long more) {
        nanos.merge(use, more, Long::sum);
    }

    /** Bytes since the start. */
    public long bytes(Use use) {
        return bytes.getOrDefault(use, 0L);
    }

    /** Seconds since the start, the wait for slower processes included. */
    public double seconds(Use use) {
        return nanos.getOrDefault(use, 0L) / 1e9;
    }
}
