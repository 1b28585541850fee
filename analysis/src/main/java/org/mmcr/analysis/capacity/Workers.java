package org.mmcr.analysis.capacity;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.mmcr.core.Futures;
import org.mmcr.core.capacity.TaskRunner;

/**
 * Threads that do numbered tasks; what comes back is in the tasks' order, so that it does not depend on their number.
 * A task may hand out tasks of its own: the thread that waits for them does some itself.
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
            results.add(await(one));
        }
        return results;
    }

    /** Returns a task's result, or throws what it threw. */
    static <T> T await(Future<T> running) {
        return Futures.await(running, "capacity was measured");
    }

    /** Begins one task beside others. */
    <T> Future<T> begin(Callable<T> task) {
        return threads.submit(task);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
