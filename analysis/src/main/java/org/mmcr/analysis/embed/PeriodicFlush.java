package org.mmcr.analysis.embed;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Repeats a task that waits for the disk on a thread of its own, until it is closed or the task fails. */
final class PeriodicFlush implements AutoCloseable {
    private static final int PAUSE_MILLIS = 150;

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "embedding-commits");
        made.setDaemon(true);
        return made;
    });
    private final Work work;
    private final Future<?> rounds;
    private final AtomicReference<Optional<IOException>> failure = new AtomicReference<>(Optional.empty());

    interface Work {
        void run() throws IOException;
    }

    PeriodicFlush(Work work) {
        this.work = work;
        rounds = thread.scheduleWithFixedDelay(this::once, PAUSE_MILLIS, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void once() {
        try {
            work.run();
        } catch (IOException e) {
            failure.set(Optional.of(e));
            thread.shutdown();
        }
    }

    /** Throws the failure of the task, if any, but once: the exception that ends a block cannot suppress itself. */
    void check() throws IOException {
        Optional<IOException> found = failure.getAndSet(Optional.empty());
        if (found.isPresent()) {
            throw found.get();
        }
    }

    /** Waits for the running task. */
    @Override
    public void close() throws IOException {
        rounds.cancel(false);
        end();
        check();
    }

    /** Does not interrupt the thread, because an interrupt would close the channel that it forces. */
    private void end() {
        thread.shutdown();
        boolean interrupted = false;
        boolean ended = false;
        while (!ended) {
            try {
                ended = thread.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
