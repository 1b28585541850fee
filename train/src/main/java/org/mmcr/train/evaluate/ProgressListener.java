package org.mmcr.train.evaluate;

import org.apiguardian.api.API;

/** Told how far a pass over a data source has come, on the calling thread. */
@FunctionalInterface
@API(status = API.Status.STABLE)
public interface ProgressListener {
    /** Hears nothing. */
    ProgressListener NONE = done -> {};

    /** {@code done} samples are finished; grows to the source's size. */
    void done(int done);
}
