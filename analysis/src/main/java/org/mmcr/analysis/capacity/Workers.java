package org.mmcr.analysis.capacity;

import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.function.IntFunction;
import org.mmcr.core.capacity.TaskRunner;

/** A task runner with its own thread pool; closing it stops the threads. */
final class Workers implements TaskRunner, AutoCloseable {
    private final ForkJoinPool threads;
    private final TaskRunner runner;

    Workers(int count) {
        threads = new ForkJoinPool(count);
        runner = TaskRunner.on(threads);
    }

    @Override
    public <T> List<T> all(int from, int to, IntFunction<T> task) {
        return runner.all(from, to, task);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
