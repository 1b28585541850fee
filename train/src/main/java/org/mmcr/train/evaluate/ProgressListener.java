package org.mmcr.train.evaluate;

import org.apiguardian.api.API;

/** A receiver of the progress of a pass over a data source, called on the thread of the pass. */
@FunctionalInterface
@API(status = API.Status.STABLE)
public interface ProgressListener {
    /** Ignores the progress. */
    ProgressListener NONE = done -> {};

    /** {@code done} samples are finished; grows to the source's size. */
    void done(int done);
}
