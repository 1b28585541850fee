package org.mmcr.train.run;

import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.objective.MmcrLoss;
import org.mmcr.train.distributed.CodeHash;
import org.mmcr.train.distributed.ProcessGroup;
import org.mmcr.train.distributed.Rank;
import org.mmcr.train.distributed.RunFingerprint;
import org.mmcr.train.encoder.ComputeDevice;

/** The processes of a run: checks that they run the same, decides for all between two steps, and publishes failures. */
final class DistributedSession implements AutoCloseable {
    /** Settings that may differ between machines. */
    private static final Set<String> LOCAL_KEYS = Set.of("threads", "loaderThreads", "prefetch", "cacheDirectory");

    private final ProcessGroup group;

    private DistributedSession(ProcessGroup group) {
        this.group = group;
    }

    /**
     * Joins the other processes.
     *
     * @param device computes in this process
     * @param stop ends the wait when it completes
     * @throws MmcrException if the batch cannot be split, not all processes join, or they do not run the same
     * @throws org.mmcr.train.distributed.StoppedException if one of them is asked to stop before all have joined
     */
    static DistributedSession join(
            Rank rank, PretrainConfig config, DataSource data, ComputeDevice device, CompletableFuture<?> stop) {
        requireSplit(rank, config);
        RunFingerprint fingerprint = new RunFingerprint();
        if (!rank.alone()) {
            fingerprint
                    .with("mmcr", Machine.mmcrVersion())
                    .with("code", CodeHash.of(MmcrException.class, MmcrLoss.class, DataSource.class, Trainer.class))
                    .with("libtorch", Machine.libtorchVersion())
                    .withLines("recipe", common(config.toYaml()))
                    .with("precision", config.precision().resolved(device).name())
                    .with("data", data.size() + " pictures with fingerprint " + data.fingerprint());
        }
        long millis = Math.round(1000 * config.distributed().timeoutSeconds());
        return new DistributedSession(ProcessGroup.join(rank, fingerprint, Duration.ofMillis(millis), stop));
    }

    ProcessGroup group() {
        return group;
    }

    /**
     * The common decision of all processes before a step.
     *
     * @param progress of rank 0 through the budget
     * @param finished whether rank 0 has used the budget
     * @param stopped whether any process is asked to stop
     */
    record Decision(double progress, boolean finished, boolean stopped) {
        boolean takesStep() {
            return !finished && !stopped;
        }
    }

    /** Decides between two steps from the state of every process. */
    Decision decide(double progress, boolean finished, boolean stopRequested) {
        boolean first = group.rank().first();
        double[] sums = group.allReduce(first ? progress : 0, first && finished ? 1 : 0, stopRequested ? 1 : 0);
        return new Decision(sums[0], sums[1] > 0, sums[2] > 0);
    }

    /** Does the work; if it fails, publishes the reason to the other processes. */
    <T> T publishingFailure(Supplier<T> work) {
        try {
            return work.get();
        } catch (RuntimeException | Error e) { // the others should know of an OutOfMemoryError too
            group.lost().ifPresent(loss -> {
                throw loss;
            });
            group.publishFailure(e);
            throw e;
        }
    }

    @Override
    public void close() {
        group.close();
    }

    private static String common(String yaml) {
        return Arrays.stream(yaml.split("\n", -1))
                .filter(line -> !LOCAL_KEYS.contains(line.strip().split(":", 2)[0]))
                .collect(Collectors.joining("\n"));
    }

    private static void requireSplit(Rank rank, PretrainConfig config) {
        int world = rank.world();
        int batch = config.batch();
        if (batch % world != 0) {
            int below = batch / world * world;
            throw new MmcrException("batch " + batch + " cannot be split over " + world + " ranks; use "
                    + (below > 0 ? below + " or " : "") + (below + world));
        }
        boolean byTime = config.budget().minutes().isPresent();
        if (world > 1 && byTime && config.view().sizes().size() > 1) {
            throw new MmcrException("expected a budget in steps or epochs for view sizes that grow on " + world
                    + " ranks, found minutes, which every rank measures by itself; use --steps or --epochs");
        }
    }
}
