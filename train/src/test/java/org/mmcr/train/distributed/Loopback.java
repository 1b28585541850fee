package org.mmcr.train.distributed;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Real groups over the loopback interface, each rank a thread of this process. */
public final class Loopback {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private Loopback() {}

    /** Runs the work in every rank of a group; results in rank order. */
    public static <T> List<T> run(int world, Function<ProcessGroup, T> work) throws Exception {
        int port = freePort();
        return inThreads(world, rank -> {
            try (ProcessGroup group = ProcessGroup.join(ranked(rank, world, port), new RunFingerprint(), TIMEOUT)) {
                return work.apply(group);
            }
        });
    }

    static Rank ranked(int rank, int world, int port) {
        return new Rank(rank, world, rank, world, "127.0.0.1", port);
    }

    static <T> List<T> inThreads(int count, Function<Integer, T> work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            List<Callable<T>> calls = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int number = i;
                calls.add(() -> work.apply(number));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> result : threads.invokeAll(calls)) {
                try {
                    results.add(result.get());
                } catch (ExecutionException e) {
                    throw e.getCause() instanceof RuntimeException cause ? cause : e;
                }
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
