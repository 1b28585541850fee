package org.mmcr.explorer;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.mmcr.core.Futures;

/** One thread that does what it is given in turn. It keeps nobody's process alive. */
final class Worker {
    /** ONNX Runtime and libtorch recurse deeper than a Java thread's usual 1 MiB of stack, and then the process dies. */
    private static final long STACK_BYTES = 64L << 20;

    private final ExecutorService executor;

    Worker(String name) {
        executor = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(null, task, name, STACK_BYTES);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Does it later. */
    void begin(Runnable task) {
        executor.execute(task);
    }

    /** Waits for its turn and its end; what it throws is thrown here. */
    <T> T call(Callable<T> task) {
        return Futures.await(executor.submit(task), "an answer was computed");
    }

    /** Takes nothing new; {@code true} once all it had is done, within a minute. */
    boolean end() {
        executor.shutdown();
        try {
            return executor.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Takes nothing new, drops what has not begun, and leaves the rest to end when it will. */
    void abandon() {
        executor.shutdownNow();
    }
}
