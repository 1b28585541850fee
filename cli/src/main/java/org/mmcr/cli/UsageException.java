package org.mmcr.cli;

import java.util.function.Supplier;
import org.mmcr.core.MmcrException;

/**
 * A wrong use of a command: an option's value, a combination of options, a missing argument. It ends with exit code 2.
 */
public final class UsageException extends MmcrException {
    private static final long serialVersionUID = 1;

    /** Creates one of a message that says what is expected and what was found. */
    public UsageException(String message) {
        super(message);
    }

    private UsageException(MmcrException cause) {
        super(String.valueOf(cause.getMessage()), cause);
    }

    /** Makes an object out of option values; its complaint about one of them is a wrong use. */
    static <T> T check(Supplier<T> options) {
        try {
            return options.get();
        } catch (MmcrException e) {
            throw new UsageException(e);
        }
    }
}
