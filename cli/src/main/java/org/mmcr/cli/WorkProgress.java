package org.mmcr.cli;

import java.time.Duration;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;

/** Progress of long work with the remaining time: a bar on a terminal, otherwise a line every ten seconds. */
final class WorkProgress implements AutoCloseable {
    private static final long LINE_NANOS = Duration.ofSeconds(10).toNanos();

    private final Terminal terminal;
    private String stage = "";
    private long began = System.nanoTime();
    /** Pieces that were done at the first report of the stage, whose time is unknown. */
    private int before;

    private long lastLine = began;
    private Optional<ProgressBar> bar = Optional.empty();

    WorkProgress(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Reports that {@code done} of {@code total} equal pieces of a stage are finished; a total of 0 is unknown. */
    void at(String name, int done, int total) {
        long now = System.nanoTime();
        if (!name.equals(stage)) {
            close();
            stage = name;
            began = now;
            before = done;
        }
        if (terminal.columns().isPresent()) {
            if (bar.isEmpty()) {
                bar = Optional.of(LiveLine.open(terminal, name, total == 0 ? LiveLine.ENDLESS : total, before)
                        .build());
            }
            bar.get().stepTo(done);
        } else if (now - lastLine >= LINE_NANOS) {
            lastLine = now;
            terminal.err().println(line(done, total, now - began));
        }
    }

    String line(int done, int total, long nanos) {
        if (total == 0) {
            return stage + ": " + done;
        }
        String progress = stage + ": " + 100L * done / total + " %, " + done + " of " + total;
        if (done <= before || nanos == 0) {
            return progress;
        }
        Duration left = Duration.ofNanos((long) (nanos * ((double) (total - done) / (done - before))));
        return progress + ", about " + left.toMinutes() + " min " + left.toSecondsPart() + " s left";
    }

    /** Clears the bar. */
    @Override
    public void close() {
        bar.ifPresent(shown -> LiveLine.close(terminal, shown));
        bar = Optional.empty();
    }
}
