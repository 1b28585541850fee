package org.mmcr.train.evaluate;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.mmcr.core.MmcrException;

/** Waiting for what other threads do. */
final class Workers {
    private static final long PATIENCE_MILLIS = 60_000;

    private Workers() {}

    /** What the work found; its error is thrown as if it had been done here. */
    static <T> T await(Future<T> work) {
        try {
            return work.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MmcrException("interrupted while features were computed; nothing was written", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /**
     * Waits until the threads have come to their end.
     *
     * @return whether they have within {@value #PATIENCE_MILLIS} ms each; if not, their memory is still in use and must be left to
     *     the garbage collector
     */
    static boolean ended(List<Thread> threads) {
        try {
            for (Thread thread : threads) {
                thread.join(PATIENCE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return threads.stream().noneMatch(Thread::isAlive);
    }
}
