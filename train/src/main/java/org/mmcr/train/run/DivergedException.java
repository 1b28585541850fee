package org.mmcr.train.run;

import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;

/**
 * Thrown if training has diverged: embeddings, loss, gradient or weights hold NaN or infinity. Earlier checkpoints
 * stay.
 */
@API(status = API.Status.STABLE)
public final class DivergedException extends MmcrException {
    private static final long serialVersionUID = 1L;

    DivergedException(String message) {
        super(message);
    }

    DivergedException(String message, Throwable cause) {
        super(message, cause);
    }
}
