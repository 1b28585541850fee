package org.mmcr.cli;

import java.io.PrintWriter;
import java.time.Duration;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Progress bar in the last line of a terminal. */
final class LiveLine {
    private static final int LEAST_COLUMNS = 40;
    private static final int REDRAW_MILLIS = 500;

    private LiveLine() {}

    /** Opens a bar on stderr; {@code done} of {@code total} were done before it started. */
    static ProgressBarBuilder open(Terminal terminal, String name, long total, long done) {
        int columns = Math.max(LEAST_COLUMNS, terminal.columns().orElse(LEAST_COLUMNS) - 1);
        return new ProgressBarBuilder()
                .setTaskName(name)
                .setInitialMax(total)
                .startsFrom(done, Duration.ZERO)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(REDRAW_MILLIS)
                .setConsumer(new DelegatingProgressBarConsumer(line -> redraw(terminal.err(), line), columns));
    }

    /** Closes the bar and clears its line. */
    static void close(Terminal terminal, ProgressBar bar) {
        bar.close();
        terminal.err().print(clear());
        terminal.err().flush();
    }

    /** Escape sequence that clears the bar before a line of text is printed. */
    static String clear() {
        return "\r\033[K";
    }

    private static void redraw(PrintWriter err, String line) {
        err.print('\r' + line);
        err.flush();
    }
}
