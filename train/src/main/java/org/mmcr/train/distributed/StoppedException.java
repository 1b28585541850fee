package org.mmcr.train.distributed;

import org.apiguardian.api.API;

/** A process of the run was told to stop before all had met. Nothing was trained and nothing is wrong. */
@API(status = API.Status.STABLE)
public final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** who: "rank 1 of 4 was told to stop". */
    StoppedException(String who) {
        super("stopped: " + who + " before all processes had met; nothing was trained");
    }
}
