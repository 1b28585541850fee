package org.mmcr.cli;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Graceful shutdown on Ctrl-C, SIGTERM or a closed terminal.
 *
 * <p>A command registers a stop action with {@link #onRequest}. On shutdown the action runs, and the process waits for
 * the command to finish and exits with its exit code. Without an action the JVM ends at once, as usual. This is a
 * shutdown hook and not a signal handler, because the hook is public API on every platform and also covers a closed
 * terminal.
 */
final class Interrupts {
    private final AtomicReference<Optional<Runnable>> action = new AtomicReference<>(Optional.empty());
    private final CountDownLatch finished = new CountDownLatch(1);
    private final AtomicInteger exitCode = new AtomicInteger();
    private volatile boolean requested;

    /** An instance without a shutdown hook, for commands run inside another program. */
    Interrupts() {}

    static Interrupts ofProcess() {
        Interrupts interrupts = new Interrupts();
        Runtime.getRuntime().addShutdownHook(new Thread(interrupts::stopThenHalt, "mmcr-interrupt"));
        return interrupts;
    }

    /**
     * Registers {@code stop} to run on shutdown, until the registration is closed. It runs at once if the shutdown has
     * begun: there is one for a command, whose earlier action may have come too late to have an effect.
     */
    Registration onRequest(Runnable stop) {
        action.set(Optional.of(stop));
        if (requested) {
            stop.run();
        }
        return () -> action.set(Optional.empty());
    }

    /** Exits the process with {@code code}; during a shutdown the hook does so. */
    void exit(int code) {
        exitCode.set(code);
        action.set(Optional.empty());
        finished.countDown();
        System.exit(code);
    }

    /** Runs the action; returns whether there is one. */
    boolean request() {
        requested = true;
        Optional<Runnable> stop = action.get();
        stop.ifPresent(Runnable::run);
        return stop.isPresent();
    }

    private void stopThenHalt() {
        if (!request()) {
            return;
        }
        try {
            finished.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(exitCode.get());
    }

    /** Removes the action. */
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}
