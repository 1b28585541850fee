package org.mmcr.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * Configuration of Logback, which loads it by META-INF/services. Logs go to stderr, because stdout is for results. It
 * is in Java and not in logback.xml, because reading XML takes a quarter of a second.
 */
public final class LoggingSetup extends ContextAwareBase implements Configurator {
    @Override
    public ExecutionStatus configure(LoggerContext context) {
        PatternLayoutEncoder lines = new PatternLayoutEncoder();
        lines.setContext(context);
        lines.setPattern("mmcr: %msg%n%nopex");
        lines.start();
        ConsoleAppender<ILoggingEvent> errors = new ConsoleAppender<>();
        errors.setContext(context);
        errors.setName("stderr");
        errors.setTarget("System.err");
        errors.setEncoder(lines);
        errors.start();
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(errors);
        // It logs exceptions that it also throws, and closed browser connections.
        context.getLogger("io.javalin").setLevel(Level.OFF);
        // It warns of bytes that other programs leave in the headers of their files.
        context.getLogger("io.jhdf").setLevel(Level.ERROR);
        Logging.begin(context);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
