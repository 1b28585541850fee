package org.mmcr.train.distributed;

import org.mmcr.core.MmcrException;

/** Another process of the run is gone or silent, so this one cannot go on. */
public final class PeerLostException extends MmcrException {
    private static final long serialVersionUID = 1L;

    PeerLostException(String message) {
        super(message);
    }

    PeerLostException(String message, Throwable cause) {
        super(message, cause);
    }
}
