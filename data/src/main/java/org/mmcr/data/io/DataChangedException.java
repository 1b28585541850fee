package org.mmcr.data.io;

import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;

/** Thrown when data can no longer be read as when they were opened, such as a file that was cut short or deleted. */
@API(status = API.Status.STABLE)
public final class DataChangedException extends MmcrException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an error.
     *
     * @param what what was read
     * @param found why it cannot be read
     */
    public DataChangedException(String what, String found, Throwable cause) {
        super(
                "expected to read " + what + " again, as when the data was opened, found: " + found
                        + "; do not change data while it is in use",
                cause);
    }
}
