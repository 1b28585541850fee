package org.mmcr.core;

import org.apiguardian.api.API;

/**
 * An error that the user can correct. The message is one sentence, in one line, with what was expected, what was found
 * and what to do. The command line prints it without a stack trace.
 */
@API(status = API.Status.STABLE)
public class MmcrException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an error.
     *
     * @param message what was expected, what was found, what to do
     */
    public MmcrException(String message) {
        super(oneLine(message));
    }

    /**
     * Creates an error with a cause.
     *
     * @param message what was expected, what was found, what to do
     * @param cause shown only if details are requested
     */
    public MmcrException(String message, Throwable cause) {
        super(oneLine(message), cause);
    }

    /** Parts of a message come from files, whose names and headers may hold anything. */
    private static String oneLine(String message) {
        return message.replaceAll("\\R", " ");
    }
}
