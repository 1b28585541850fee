package org.mmcr.embed;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** Threads that write files: never interrupted, because an interrupt closes the channel that is written to. */
final class Background {
    private Background() {}

    static Thread thread(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Takes no more work and waits until what there is has ended. */
    static void end(ExecutorService threads) {
        threads.shutdown();
        boolean interrupted = false;
        boolean ended = false;
        while (!ended) {
            try {
                ended = threads.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
