package org.mmcr.cli;

import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import org.mmcr.train.evaluate.EvaluationListener;

/** Progress of passes over pictures: a bar for each on a terminal, otherwise a line at its start. */
final class PassProgress implements EvaluationListener, AutoCloseable {
    private final Terminal terminal;
    private String stage = "";
    private Optional<ProgressBar> bar = Optional.empty();

    PassProgress(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void stage(String name) {
        close();
        stage = name;
        if (terminal.columns().isEmpty()) {
            terminal.err().println(name);
        }
    }

    @Override
    public void progress(int done, int total) {
        if (bar.isEmpty() && terminal.columns().isPresent()) {
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
