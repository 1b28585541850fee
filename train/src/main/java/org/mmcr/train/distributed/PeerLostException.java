package org.mmcr.train.distributed;

import org.mmcr.core.MmcrException;

/** Another process of the run has ended or does not answer, so this one cannot continue. */
public final class PeerLostException extends MmcrException {
    private static final long serialVersionUID = 1L;

    PeerLostException(String message) {
        super(message);
    }

    PeerLostException(String message, Throwable cause) {
        super(message, cause);
    }
}
