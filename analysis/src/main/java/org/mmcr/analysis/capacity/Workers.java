package org.mmcr.analysis.capacity;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.mmcr.core.MmcrException;
import org.mmcr.core.capacity.TaskRunner;

/**
 * Threads that do numbered tasks; what comes back is in the tasks' order, so that it does not depend on their number. A task may
 * hand out tasks of its own: the thread that waits for them does some itself.
 */
final class Workers implements TaskRunner, AutoCloseable {
    private final ForkJoinPool threads;

    Workers(int count) {
        threads = new ForkJoinPool(count);
    }

    @Override
    public <T> List<T> all(int from, int to, IntFunction<T> task) {
        List<? extends Future<T>> running = IntStream.range(from, to)
                .mapToObj(i -> begin(() -> task.apply(i)))
                .toList();
        List<T> results = new ArrayList<>();
        for (Future<T> one : running) {
            results.add(result(one));
        }
        return results;
    }

    /** Begins one task beside others. */
    <T> Future<T> begin(Callable<T> task) {
        return threads.submit(task);
    }

    /** What a task returned, or what it threw. */
    static <T> T result(Future<T> running) {
        try {
            return running.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MmcrException("interrupted while measuring capacity; nothing was written", e);
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

    /** The pool makes a copy of some exceptions, without their message, to show both threads in the trace. */
    private static Throwable original(Throwable seen) {
        Throwable cause = seen.getCause();
        return cause != null && cause.getClass() == seen.getClass() ? cause : seen;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
