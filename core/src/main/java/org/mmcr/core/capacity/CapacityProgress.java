package org.mmcr.core.capacity;

import org.apiguardian.api.API;

/** Receives the progress of a measurement. */
@API(status = API.Status.STABLE)
@FunctionalInterface
public interface CapacityProgress {
    /** Ignores all progress. */
    CapacityProgress NONE = (stage, done, total) -> {};

    /**
     * Is called after each part of a stage, by one thread at a time.
     *
     * @param done number of finished parts
     * @param total number of parts of the stage; 0 if it is unknown
     */
    void at(String stage, int done, int total);
}
