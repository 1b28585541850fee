package org.mmcr.train.distributed;

import java.util.EnumMap;
import java.util.Map;
import org.apiguardian.api.API;

/** What this process handed to collectives, and how long it waited for them, by what they were for. */
@API(status = API.Status.STABLE)
public final class CommunicationStats {
    /** What is exchanged in a step. */
    public enum Use {
        /** Gram matrix or centroids. */
        OBJECTIVE,
        /** Gradients of the parameters. */
        GRADIENTS,
        /** Statistics and their gradients. */
        BATCH_NORM,
        /** Agreement on when to stop, and the state at the start. */
        CONTROL
    }

    private final Map<Use, Long> bytes = new EnumMap<>(Use.class);
    private final Map<Use, Long> nanos = new EnumMap<>(Use.class);

    CommunicationStats() {}

    void add(Use use, long more) {
        bytes.merge(use, more, Long::sum);
    }

    void waited(Use use, long more) {
        nanos.merge(use, more, Long::sum);
    }

    /** Bytes since the start. */
    public long bytes(Use use) {
        return bytes.getOrDefault(use, 0L);
    }

    /** Seconds since the start; in them, too, the other processes are waited for. */
    public double seconds(Use use) {
        return nanos.getOrDefault(use, 0L) / 1e9;
    }
}
