package org.mmcr.cli;

import java.util.Timer;
import java.util.TimerTask;

/** Says on stderr what is being done once it takes longer than two seconds, so that a slow start is no silence. */
final class SlowNotice implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 2000;

    private final Timer timer = new Timer("slow-notice", true);

    /**
     * Waits for {@link #close}.
     *
     * @param words what is being done
     */
    SlowNotice(Terminal terminal, String words) {
        timer.schedule(
                new TimerTask() {
                    @Override
                    public void run() {
                        terminal.err().println(words);
                        terminal.err().flush();
                    }
                },
                PATIENCE_MILLIS);
    }

    @Override
    public void close() {
        timer.cancel();
    }
}
