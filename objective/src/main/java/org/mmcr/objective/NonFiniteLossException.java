package org.mmcr.objective;

import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;

/** Thrown if the loss of finite embeddings does not fit their type, which only a huge scale causes. */
@API(status = API.Status.STABLE)
public final class NonFiniteLossException extends MmcrException {
    private static final long serialVersionUID = 1L;

    NonFiniteLossException(String objective, double loss) {
        super("expected a finite loss, found " + loss + " for the objective " + objective
                + "; scale the embeddings down or lower the learning rate");
    }
}
