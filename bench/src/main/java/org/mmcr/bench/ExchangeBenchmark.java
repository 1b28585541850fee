package org.mmcr.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.cli.Benchmark;
import org.mmcr.cli.UsageException;
import org.mmcr.objective.Communicator;
import org.mmcr.objective.MmcrLoss;
import org.mmcr.objective.PartedBatch;
import org.mmcr.train.distributed.CommunicationStats.Use;
import org.mmcr.train.distributed.LocalLauncher;
import org.mmcr.train.distributed.ProcessGroup;
import org.mmcr.train.distributed.Rank;
import org.mmcr.train.distributed.RunFingerprint;

/**
 * Counts the bytes on the loopback interface for the objective of one step: the exchange of {@link PartedBatch}, and
 * gathering all views as in the published program. Every rank is a thread with connections of its own.
 * {@code bench/wire.sh} runs it in a network namespace without other traffic. Usage:
 * {@code mmcr bench exchange W,N,K,D ...}
 */
public final class ExchangeBenchmark implements Benchmark {
    private static final Path COUNTERS = Path.of("/proc/self/net/dev");
    private static final int STEPS = 5;

    @Override
    public String name() {
        return "exchange";
    }

    @Override
    public String summary() {
        return "bytes on the loopback interface for one step's objective: W,N,K,D ... (run by bench/wire.sh)";
    }

    /**
     * Bytes per process and step, including network headers.
     *
     * @param processes number of processes W
     * @param samples number of samples N of a step
     * @param views number of views K of a sample
     * @param dimensions dimension D of the embeddings
     * @param objective bytes of mmcr's exchange
     * @param allViews bytes for gathering all embeddings
     */
    public record Exchanged(
            int processes, long samples, int views, long dimensions, double objective, double allViews) {}

    @Override
    public Object run(List<String> arguments, Consumer<String> progress) throws Exception {
        List<Exchanged> table = new ArrayList<>();
        for (String sizes : arguments) {
            String[] given = sizes.split(",", -1);
            if (given.length != 4) {
                throw new UsageException("expected W,N,K,D such as 4,256,4,128, found '" + sizes + "'");
            }
            Exchanged row = measure(
                    Integer.parseInt(given[0]),
                    Long.parseLong(given[1]),
                    Integer.parseInt(given[2]),
                    Long.parseLong(given[3]));
            progress.accept(String.format(
                    Locale.ROOT, "%s: objective %,.0f, all views %,.0f bytes", sizes, row.objective(), row.allViews()));
            table.add(row);
        }
        return table;
    }

    private static Exchanged measure(int world, long samples, int views, long dimensions) throws Exception {
        int port = LocalLauncher.freePort();
        ExecutorService threads = Executors.newFixedThreadPool(world);
        try {
            List<Callable<double[]>> ranks = new ArrayList<>();
            for (int i = 0; i < world; i++) {
                Rank rank = new Rank(i, world, i, world, "127.0.0.1", port);
                ranks.add(() -> exchange(rank, samples, views, dimensions));
            }
            List<Future<double[]>> ended = threads.invokeAll(ranks);
            double[] bytes = ended.get(0).get();
            return new Exchanged(world, samples, views, dimensions, bytes[0] / world, bytes[1] / world);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Returns the bytes of a step for all processes together, of both schemes. */
    private static double[] exchange(Rank rank, long samples, int views, long dimensions) throws IOException {
        try (ProcessGroup group = ProcessGroup.join(rank, new RunFingerprint(), Duration.ofMinutes(1));
                PointerScope scope = new PointerScope()) {
            Communicator communicator = group.communicator(Use.OBJECTIVE);
            Tensor embeddings = torch.randn(samples / rank.world() * views, dimensions);
            double objective = perStep(group, () -> {
                PartedBatch batch = new MmcrLoss().parted(samples, views, dimensions, communicator);
                batch.observe(embeddings);
                batch.settle();
            });
            return new double[] {objective, perStep(group, () -> communicator.gather(embeddings))};
        }
    }

    private static double perStep(ProcessGroup group, Runnable step) throws IOException {
        step.run(); // connections are opened on first use
        group.allReduce(0);
        long before = received();
        for (int i = 0; i < STEPS; i++) {
            try (PointerScope scope = new PointerScope()) {
                step.run();
            }
        }
        group.allReduce(0); // after this sum the others have sent everything
        return (received() - before) / (double) STEPS;
    }

    /** Returns the bytes that the loopback interface has received, which equal those it has sent. */
    private static long received() throws IOException {
        return Files.readAllLines(COUNTERS).stream()
                .map(String::strip)
                .filter(line -> line.startsWith("lo:"))
                .map(line -> line.substring("lo:".length()).strip().split("\\s+", 2)[0])
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow();
    }
}
