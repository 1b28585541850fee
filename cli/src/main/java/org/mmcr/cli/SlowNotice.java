package org.mmcr.cli;

import java.util.Timer;
import java.util.TimerTask;

/**
 * Says on stderr what is being done once it takes longer than two seconds, and every ten seconds after that, so that a
 * slow start is no silence.
 */
final class SlowNotice implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 2000;
    private static final long REPEAT_MILLIS = 10_000;

    private final Timer timer = new Timer("slow-notice", true);

    /**
     * Waits for {@link #close}.
     *
     * @param words what is being done
     */
    SlowNotice(Terminal terminal, String words) {
        this(terminal, words, PATIENCE_MILLIS, REPEAT_MILLIS);
    }

    /** The same with other times. */
    SlowNotice(Terminal terminal, String words, long patienceMillis, long repeatMillis) {
        long start = System.nanoTime();
        timer.schedule(
                new TimerTask() {
                    private boolean again;

                    @Override
                    public void run() {
                        String waited = TrainProgress.duration((System.nanoTime() - start) / 1e9) + " so far";
                        terminal.err().println(again ? words + "; " + waited : words);
                        terminal.err().flush();
                        again = true;
                    }
                },
                patienceMillis,
                repeatMillis);
    }

    @Override
    public void close() {
        timer.cancel();
    }
}
