package org.mmcr.cli;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Ctrl-C, SIGTERM and a closed terminal, turned into a request to stop.
 *
 * <p>A command that can stop in good order says how with {@link #onRequest}. When the process is told to end, that action
 * runs and the process waits for the command to finish; the command's own exit code is then the process's. Without such
 * an action the JVM ends at once, as usual. This is a shutdown hook and not a signal handler because the hook is public
 * API on every platform and also covers a closed terminal.
 */
final class Interrupts {
    private final AtomicReference<Optional<Runnable>> action = new AtomicReference<>(Optional.empty());
    private final CountDownLatch finished = new CountDownLatch(1);
    private final AtomicInteger exitCode = new AtomicInteger();

    /** One that no signal reaches: for commands run inside another program. */
    Interrupts() {}

    static Interrupts ofProcess() {
        Interrupts interrupts = new Interrupts();
        Runtime.getRuntime().addShutdownHook(new Thread(interrupts::stopThenHalt, "mmcr-interrupt"));
        return interrupts;
    }

    /** Runs {@code stop} when the process is told to end, until the registration is closed. */
    Registration onRequest(Runnable stop) {
        action.set(Optional.of(stop));
        return () -> action.set(Optional.empty());
    }

    /** Ends the process with {@code code}; when it is already ending, lets the hook do so with that code. */
    void exit(int code) {
        exitCode.set(code);
        action.set(Optional.empty());
        finished.countDown();
        System.exit(code);
    }

    private void stopThenHalt() {
        Optional<Runnable> stop = action.get();
        if (stop.isEmpty()) {
            return;
        }
        stop.get().run();
        try {
            finished.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(exitCode.get());
    }

    /** Takes the action back. */
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}
