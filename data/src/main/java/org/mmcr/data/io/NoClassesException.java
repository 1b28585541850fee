package org.mmcr.data.io;

import org.mmcr.core.MmcrException;

/** Says that an array with the name of labels holds no classes, such as the targets of a regression. */
public final class NoClassesException extends MmcrException {
    private static final long serialVersionUID = 1;

    NoClassesException(String message) {
        super(message);
    }
}
