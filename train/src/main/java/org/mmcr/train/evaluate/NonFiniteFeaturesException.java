package org.mmcr.train.evaluate;

import org.mmcr.core.MmcrException;

/** Thrown if a feature is NaN or infinite, as after a training that diverged while its weights stayed finite. */
public final class NonFiniteFeaturesException extends MmcrException {
    private static final long serialVersionUID = 1L;

    NonFiniteFeaturesException(String message) {
        super(message);
    }
}
