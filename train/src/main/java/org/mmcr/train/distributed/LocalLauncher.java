package org.mmcr.train.distributed;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.mmcr.core.MmcrException;

/**
 * Starts the processes of a run on this machine and waits for them. It forwards the output of rank 0 and keeps only
 * the error line of the others. If a process fails, the others have a few seconds to end, and are then killed.
 */
public final class LocalLauncher {
    /** The time that the others have to end after the first failure. */
    static final Duration GRACE = Duration.ofSeconds(5);
    /** Age from which a line on the error output is a warning: a process ends soon after its error line. */
    private static final Duration WARNING = Duration.ofSeconds(2);

    /** The exit code of a process that SIGTERM ended. */
    private static final int TERMINATED = 128 + 15;

    private final List<Process> processes = new ArrayList<>();
    private final List<OutputForwarder> errorOutputs = new ArrayList<>();
    private final List<CompletableFuture<Void>> watchers = new ArrayList<>();
    private final BlockingQueue<Integer> ended = new LinkedBlockingQueue<>();

    private Optional<OutputForwarder> results = Optional.empty();
    private volatile boolean stopRequested;

    private LocalLauncher() {}

    /**
     * The outcome of a run.
     *
     * @param exitCode 0 if all processes succeeded, otherwise that of the first that did not
     * @param failure what went wrong, one line
     */
    public record Outcome(int exitCode, Optional<String> failure) {}

    /**
     * Starts {@code count} processes with the environment that torchrun sets.
     *
     * @param command the same for all
     * @param port at which rank 0 will listen
     * @param out receives rank 0's standard output
     * @param err receives rank 0's standard error, without the line with which it fails
     */
    public static LocalLauncher start(List<String> command, int count, int port, OutputStream out, OutputStream err) {
        LocalLauncher ranks = new LocalLauncher();
        try {
            for (int rank = 0; rank < count; rank++) {
                ranks.add(builder(command, rank, count, port).start(), rank, out, err);
            }
            return ranks;
        } catch (IOException e) {
            ranks.processes.forEach(Process::destroyForcibly);
            throw new MmcrException(
                    "expected to start " + count + " processes, found " + e.getMessage() + "; check " + command.get(0),
                    e);
        }
    }

    private static ProcessBuilder builder(List<String> command, int rank, int count, int port) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(Redirect.from(new java.io.File(nullFile())))
                .redirectOutput(rank == 0 ? Redirect.PIPE : Redirect.DISCARD);
        // These libraries log on success; their failures are exceptions anyway.
        builder.environment().putIfAbsent("GLOO_LOG_LEVEL", "ERROR");
        builder.environment().putIfAbsent("TORCH_CPP_LOG_LEVEL", "FATAL");
        builder.environment().put("RANK", String.valueOf(rank));
        builder.environment().put("LOCAL_RANK", String.valueOf(rank));
        builder.environment().put("WORLD_SIZE", String.valueOf(count));
        builder.environment().put("LOCAL_WORLD_SIZE", String.valueOf(count));
        builder.environment().put("MASTER_ADDR", "127.0.0.1");
        builder.environment().put("MASTER_PORT", String.valueOf(port));
        return builder;
    }

    private static String nullFile() {
        return System.getProperty("os.name").startsWith("Windows") ? "NUL" : "/dev/null";
    }

    private void add(Process process, int rank, OutputStream out, OutputStream err) {
        processes.add(process);
        OutputStream shown = rank == 0 ? err : OutputStream.nullOutputStream();
        // Warnings start as the error line does, which is the last of them.
        errorOutputs.add(OutputForwarder.holdingNewest(process.getErrorStream(), shown, "mmcr: "));
        if (rank == 0) {
            // Gloo logs its connections to standard output.
            results = Optional.of(OutputForwarder.dropping(process.getInputStream(), out, "[Gloo] "));
        }
        watchers.add(process.onExit().thenRun(() -> ended.add(rank)));
    }

    /** Process ids in rank order. */
    public List<Long> pids() {
        return processes.stream().map(Process::pid).toList();
    }

    /** Sends every process SIGTERM, on which it saves and stops. */
    public void stop() {
        stopRequested = true;
        // Process.destroy would also close the streams, and so lose the last output.
        for (Process process : processes) {
            process.toHandle().destroy();
        }
    }

    /**
     * Waits for all processes. {@code interrupted} is the exit code of a process that was asked to stop, which is not
     * a failure. A process that {@link #stop} ended before it had installed its signal handler counts as interrupted
     * too.
     */
    public Outcome await(int interrupted) {
        try {
            int code = 0;
            for (int left = processes.size(); left > 0; left--) {
                int rank = nextEnded();
                int exit = processes.get(rank).exitValue();
                exit = stopRequested && exit == TERMINATED ? interrupted : exit;
                if (exit != 0 && exit != interrupted) {
                    return failed(rank, exit);
                }
                code = exit == 0 ? code : exit;
            }
            drainOutput(0);
            errorOutputs.get(0).release();
            return new Outcome(code, Optional.empty());
        } catch (InterruptedException e) {
            processes.forEach(Process::destroyForcibly);
            Thread.currentThread().interrupt();
            return new Outcome(interrupted, Optional.empty());
        }
    }

    /** Whether standard output of rank 0 could not be written. Call it after {@link #await}. */
    public boolean hasLostResults() {
        return results.filter(OutputForwarder::failed).isPresent();
    }

    /** Waits for the next process to end. Meanwhile, warnings of rank 0 are shown that are too old for an error line. */
    private int nextEnded() throws InterruptedException {
        Integer rank = ended.poll(WARNING.toMillis(), TimeUnit.MILLISECONDS);
        while (rank == null) {
            errorOutputs.get(0).releaseAfter(WARNING);
            rank = ended.poll(WARNING.toMillis(), TimeUnit.MILLISECONDS);
        }
        return rank;
    }

    private Outcome failed(int first, int exit) throws InterruptedException {
        long deadline = System.nanoTime() + GRACE.toNanos();
        List<Integer> hanging = new ArrayList<>();
        for (int rank = 0; rank < processes.size(); rank++) {
            if (!processes.get(rank).waitFor(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                hanging.add(rank);
            }
        }
        for (int rank : hanging) {
            processes.get(rank).toHandle().destroyForcibly();
            processes.get(rank).waitFor();
        }
        drainOutput(0);
        drainOutput(first);
        String failure = describe(first, exit);
        if (!hanging.isEmpty() && signal(exit).isEmpty()) {
            failure += "; rank " + hanging.get(0) + " of " + processes.size() + " did not end by itself and was killed";
        }
        return new Outcome(exit, Optional.of(failure));
    }

    private void drainOutput(int rank) throws InterruptedException {
        errorOutputs.get(rank).finish();
        if (results.isPresent()) {
            results.get().finish();
        }
    }

    private String describe(int rank, int exit) {
        String who = "rank " + rank + " of " + processes.size();
        return signal(exit)
                .map(signal -> who + " was killed (signal " + signal + ")")
                .orElseGet(() -> errorOutputs.get(rank).held().orElse(who + " ended with exit code " + exit));
    }

    /** The signal that ended a process, as the JVM reports it. */
    private static Optional<Integer> signal(int exit) {
        return exit > 128 && exit < 160 ? Optional.of(exit - 128) : Optional.empty();
    }

    /** A port that is free now. */
    public static int freePort() {
        try (java.net.ServerSocket socket = new java.net.ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
