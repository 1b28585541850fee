package org.mmcr.report.capacity;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.mmcr.MmcrException;

/** Threads that do numbered tasks; what comes back is in the tasks' order, so that it does not depend on their number. */
final class Workers implements AutoCloseable {
    private final ExecutorService threads;

    Workers(int count) {
        threads = Executors.newFixedThreadPool(count, work -> {
            Thread thread = new Thread(work, "capacity");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Does tasks {@code from} up to but not {@code to} and returns their results. */
    <T> List<T> all(int from, int to, IntFunction<T> task) {
        List<Future<T>> running = IntStream.range(from, to)
                .mapToObj(i -> threads.submit(() -> task.apply(i)))
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
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
