package org.mmcr.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressState;

/**
 * Progress bar in the last line of a terminal. A line never fills the terminal, which would continue it in the next one
 * and leave a copy at each redraw; in a narrow terminal, parts are left out whole.
 */
final class LiveLine {
    /** Total of a bar whose end is unknown. */
    static final int ENDLESS = -1;

    private static final int REDRAW_MILLIS = 500;
    private static final int LEAST_BAR = 10;
    private static final int MOST_BAR = 40;
    /** A name is cut to this fraction of the width, and more. */
    private static final double NAME = 0.6;

    private LiveLine() {}

    /** Opens a bar on stderr; {@code done} of {@code total} were done before it started. */
    static ProgressBarBuilder open(Terminal terminal, String name, long total, long done) {
        return open(terminal, name, total, done, count -> String.format(Locale.ROOT, "%,d", count));
    }

    /** Opens a bar that shows no counts, of a fraction. */
    static ProgressBarBuilder ofFraction(Terminal terminal, String name, long total, long done) {
        return open(terminal, name, total, done, count -> "");
    }

    /**
     * Opens a bar.
     *
     * @param counts shows a count; an empty text for none
     */
    static ProgressBarBuilder open(Terminal terminal, String name, long total, long done, LongFunction<String> counts) {
        int columns = Math.max(1, terminal.columns().orElse(80) - 1);
        return new ProgressBarBuilder()
                .setTaskName(name)
                .setInitialMax(total)
                .startsFrom(done, Duration.ZERO)
                .setUpdateIntervalMillis(REDRAW_MILLIS)
                .setRenderer((state, most) -> line(state, columns, counts))
                .setConsumer(new DelegatingProgressBarConsumer(line -> redraw(terminal.err(), line), columns));
    }

    /** Returns the line: name, fraction, bar, counts, time left and message, as many of them as fit. */
    static String line(ProgressState state, int columns, LongFunction<String> counts) {
        List<String> parts = new ArrayList<>();
        String head = shortened(state.getTaskName(), (int) (NAME * columns));
        Duration elapsed = state.getElapsedAfterStart();
        if (state.isIndefinite() || state.getMax() <= 0) {
            String count = state.getCurrent() > 0 ? counts.apply(state.getCurrent()) : "";
            parts.add(count);
            parts.add(elapsed.toSeconds() > 1 ? TrainProgress.duration(elapsed.toMillis() / 1e3) : "");
        } else {
            head += String.format(Locale.ROOT, " %3.0f %%", 100 * state.getNormalizedProgress());
            String count = counts.apply(state.getCurrent());
            parts.add(left(state, elapsed));
            parts.add(count.isEmpty() ? "" : count + " of " + counts.apply(state.getMax()));
        }
        parts.add(state.getExtraMessage());
        String line = head;
        String tail = "";
        for (String part : parts) {
            String longer = part.isBlank() ? tail : tail + (tail.isEmpty() ? "  " : ", ") + part.strip();
            tail = line.length() + longer.length() <= columns ? longer : tail;
        }
        int room = Math.min(MOST_BAR, columns - line.length() - tail.length() - 3);
        if (room >= LEAST_BAR && !state.isIndefinite() && state.getMax() > 0) {
            int filled = (int) Math.floor(room * state.getNormalizedProgress());
            line += " [" + "=".repeat(filled) + " ".repeat(room - filled) + "]";
        }
        String whole = line + tail;
        return whole.substring(0, Math.min(whole.length(), columns));
    }

    private static String left(ProgressState state, Duration elapsed) {
        long done = state.getCurrent() - state.getStart();
        if (done <= 0 || elapsed.toMillis() < REDRAW_MILLIS) {
            return "";
        }
        double perUnit = elapsed.toMillis() / 1e3 / done;
        return TrainProgress.duration(perUnit * (state.getMax() - state.getCurrent())) + " left";
    }

    private static String shortened(String name, int most) {
        return name.length() <= most ? name : name.substring(0, Math.max(0, most - 3)) + "...";
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
        err.print(clear() + line);
        err.flush();
    }
}
