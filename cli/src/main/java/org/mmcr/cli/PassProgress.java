package org.mmcr.cli;

import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import org.mmcr.train.evaluate.EvaluationListener;

/**
 * Progress of passes over pictures: a bar for each on a terminal, without an end until one is known, otherwise a line
 * at
 * its start.
 */
final class PassProgress implements EvaluationListener, AutoCloseable {
    private final Terminal terminal;
    private String stage = "";
    /** Whether the bar of this stage has an end. */
    private boolean counting;

    private Optional<ProgressBar> bar = Optional.empty();

    PassProgress(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void stage(String name) {
        close();
        if (terminal.columns().isEmpty()) {
            terminal.err().println(name);
        } else {
            bar = Optional.of(LiveLine.open(terminal, name, LiveLine.ENDLESS, 0).build());
        }
        counting = false;
        stage = name;
    }

    @Override
    public void progress(int done, int total) {
        if (!counting && terminal.columns().isPresent()) {
            close();
            counting = true;
            bar = Optional.of(LiveLine.open(terminal, stage, total, done).build());
        }
        bar.ifPresent(shown -> shown.stepTo(done));
    }

    @Override
    public void skipped(String message) {
        terminal.err().println(message);
    }

    /** Clears the bar. */
    @Override
    public void close() {
        bar.ifPresent(shown -> LiveLine.close(terminal, shown));
        bar = Optional.empty();
    }
}
