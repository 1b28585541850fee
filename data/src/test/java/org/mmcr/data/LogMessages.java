package org.mmcr.data;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** Collects the messages that a class logs. */
final class LogMessages {
    private LogMessages() {}

    /** Returns the messages that a class logs while something is read. */
    static List<String> of(Class<?> from, Runnable reading) {
        Logger logger = (Logger) LoggerFactory.getLogger(from);
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.start();
        logger.addAppender(appender);
        try {
            reading.run();
            return appender.list.stream()
                    .map(ILoggingEvent::getFormattedMessage)
                    .toList();
        } finally {
            logger.detachAppender(appender);
        }
    }
}
