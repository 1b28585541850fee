package org.mmcr.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import org.slf4j.LoggerFactory;

/**
 * Warnings by default, our own debug log with {@code -v}; always to stderr. A command that logs nothing never loads what logs
 * (see {@link LoggingSetup}).
 */
final class Logging {
    private static volatile boolean verbose;
    private static volatile boolean setUp;

    private Logging() {}

    static void configure(boolean wanted) {
        verbose = wanted;
        if (setUp && LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            setLevel(context);
        }
    }

    /** Called when logging is first used, which may be long after {@link #configure}. */
    static void begin(LoggerContext context) {
        setUp = true;
        setLevel(context);
    }

    private static void setLevel(LoggerContext context) {
        context.getLogger("org.mmcr").setLevel(verbose ? Level.DEBUG : Level.WARN);
    }
}
