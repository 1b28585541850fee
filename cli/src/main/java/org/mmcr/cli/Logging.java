package org.mmcr.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** Warnings by default, our own debug log with {@code -v}; always to stderr (see {@code logback.xml}). */
final class Logging {
    private Logging() {}

    static void configure(boolean verbose) {
        if (LoggerFactory.getLogger("org.mmcr") instanceof Logger logger) {
            logger.setLevel(verbose ? Level.DEBUG : Level.WARN);
        }
    }
}
