package org.mmcr.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * Configuration of Logback, which loads it by META-INF/services. Logs go to stderr, because stdout is for results. It
 * is in Java and not in logback.xml, because reading XML takes a quarter of a second.
 */
public final class LoggingSetup extends ContextAwareBase implements Configurator {
    @Override
    public ExecutionStatus configure(LoggerContext context) {
        PlainLines layout = new PlainLines();
        layout.setContext(context);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> lines = new LayoutWrappingEncoder<>();
        lines.setContext(context);
        lines.setLayout(layout);
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

    /** One line for an event, without a stack trace. A file name in it cannot change the terminal. */
    private static final class PlainLines extends LayoutBase<ILoggingEvent> {
        @Override
        public String doLayout(ILoggingEvent event) {
            return "mmcr: " + PlainWriter.plain(event.getFormattedMessage()) + System.lineSeparator();
        }
    }
}
