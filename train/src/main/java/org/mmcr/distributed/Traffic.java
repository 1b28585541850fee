package org.mmcr.distributed;

import java.util.EnumMap;
import java.util.Map;
import org.apiguardian.api.API;

/** Bytes that this process handed to collectives, by what they were for. */
@API(status = API.Status.STABLE)
public final class Traffic {
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

    Traffic() {}

    void add(Use use, long more) {
        bytes.merge(use, more, Long::sum);
    }

    /** Bytes since the start. */
    public long bytes(Use use) {
        return bytes.getOrDefault(use, 0L);
    }
}
