package org.mmcr.core;

import org.apiguardian.api.API;

/**
 * A failure the user can act on. The message is one sentence that says what was expected, what was found and what to do;
 * the command line prints it as it is, without a stack trace.
 */
@API(status = API.Status.STABLE)
public class MmcrException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * A failure that was found here.
     *
     * @param message what was expected, what was found, what to do
     */
    public MmcrException(String message) {
        super(message);
    }

    /**
     * A failure that another one brought about.
     *
     * @param message what was expected, what was found, what to do
     * @param cause shown only where details are asked for
     */
    public MmcrException(String message, Throwable cause) {
        super(message, cause);
    }
}
