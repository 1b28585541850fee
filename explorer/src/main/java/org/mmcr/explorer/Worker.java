package org.mmcr.explorer;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.mmcr.core.Futures;

/** A single daemon thread that runs tasks in turn. */
final class Worker {
    /** ONNX Runtime and libtorch overflow the default stack of 1 MiB, which ends the process. */
    private static final long STACK_BYTES = 64L << 20;

    private final ExecutorService executor;

    Worker(String name) {
        executor = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(null, task, name, STACK_BYTES);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Queues a task. */
    void begin(Runnable task) {
        executor.execute(task);
    }

    /** Queues a task and waits for its result; rethrows its failure. */
    <T> T call(Callable<T> task) {
        return Futures.await(executor.submit(task), "the task ran");
    }

    /** Accepts no more tasks and waits up to a minute; returns whether all are done. */
    boolean end() {
        executor.shutdown();
        try {
            return executor.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Accepts no more tasks and drops those that have not begun, without waiting for the current one. */
    void abandon() {
        executor.shutdownNow();
    }
}
