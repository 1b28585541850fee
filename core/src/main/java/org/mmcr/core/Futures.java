package org.mmcr.core;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Helpers to wait for the work of other threads. */
public final class Futures {
    private Futures() {}

    /**
     * Returns the result of {@code work}, or throws what the work threw.
     *
     * @param during ends the sentence "interrupted while ...", for example {@code features were computed}
     */
    public static <T> T await(Future<T> work, String during) {
        try {
            return work.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MmcrException("interrupted while " + during + "; nothing was written", e);
        } catch (ExecutionException e) {
            Throwable thrown = original(e.getCause());
            if (thrown instanceof RuntimeException failure) {
                throw failure;
            }
            if (thrown instanceof Error failure) {
                throw failure;
            }
            throw new IllegalStateException(thrown);
        }
    }

    /** A fork-join pool wraps an exception in a copy of its class, to show both threads in the trace. */
    private static Throwable original(Throwable seen) {
        Throwable cause = seen.getCause();
        boolean copy = cause != null
                && cause.getClass() == seen.getClass()
                && (seen.getMessage() == null || seen.getMessage().equals(cause.toString()));
        return copy ? cause : seen;
    }
}
