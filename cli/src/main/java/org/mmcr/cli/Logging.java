package org.mmcr.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import org.slf4j.LoggerFactory;

/**
 * Log levels: warnings by default, mmcr's debug log with {@code -v}; always on stderr. Logback is loaded only when
 * something is logged (see {@link LoggingSetup}).
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

    /** Sets up logging at its first use, which may be long after {@link #configure}. */
    static void begin(LoggerContext context) {
        setUp = true;
        setLevel(context);
    }

    private static void setLevel(LoggerContext context) {
        context.getLogger("org.mmcr").setLevel(verbose ? Level.DEBUG : Level.WARN);
    }
}
