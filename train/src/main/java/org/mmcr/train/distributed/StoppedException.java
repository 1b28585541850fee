package org.mmcr.train.distributed;

import org.apiguardian.api.API;

/** A process of the run was asked to stop before all had joined. Nothing was trained; it is not a failure. */
@API(status = API.Status.STABLE)
public final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Creates the exception; {@code who} is, for example, "rank 1 of 4 was asked to stop". */
    StoppedException(String who) {
        super("stopped: " + who + " before all processes had joined; nothing was trained");
    }
}
