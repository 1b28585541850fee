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
import org.mmcr.train.encoder.Precision;

/** The processes of a run: that they do the same thing, and what is said when one of them cannot. */
final class DistributedSession implements AutoCloseable {
    /** What may differ from machine to machine. */
    private static final Set<String> LOCAL_KEYS = Set.of("threads", "loaderThreads", "prefetch", "cacheDirectory");

    private final ProcessGroup group;

    private DistributedSession(ProcessGroup group) {
        this.group = group;
    }

    /**
     * Meets the other processes.
     *
     * @param stop ends the waiting when it completes
     * @throws MmcrException if the batch cannot be shared, or they are not all there, or do not do the same
     * @throws org.mmcr.train.distributed.StoppedException if one of them is told to stop before all have met
     */
    static DistributedSession join(
            Rank rank, PretrainConfig config, DataSource data, Precision precision, CompletableFuture<?> stop) {
        requireShare(rank, config);
        RunFingerprint passport = new RunFingerprint();
        if (!rank.alone()) {
            passport.with("mmcr", Machine.mmcrVersion())
                    .with("code", CodeHash.of(MmcrLoss.class, Trainer.class))
                    .with("libtorch", Machine.libtorchVersion())
                    .withLines("recipe", common(config.toYaml()))
                    .with("precision", precision.name())
                    .with("data", data.size() + " pictures with fingerprint " + data.fingerprint());
        }
        long millis = Math.round(1000 * config.distributed().timeoutSeconds());
        return new DistributedSession(ProcessGroup.join(rank, passport, Duration.ofMillis(millis), stop));
    }

    ProcessGroup group() {
        return group;
    }

    /** Does the work; if it fails, the other processes hear why. */
    <T> T telling(Supplier<T> work) {
        try {
            return work.get();
        } catch (RuntimeException | Error e) { // out of memory, too, is a reason that the others should hear
            group.lost().ifPresent(loss -> {
                throw loss;
            });
            group.fail(e);
            throw e;
        }
    }

    void report(TrainListener listener, long steps) {
        if (!group.rank().alone()) {
            listener.exchanged(group.traffic(), steps);
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

    private static void requireShare(Rank rank, PretrainConfig config) {
        int world = rank.world();
        int batch = config.batch();
        if (batch % world != 0) {
            int below = batch / world * world;
            throw new MmcrException("batch " + batch + " cannot be split over " + world + " ranks; use "
                    + (below > 0 ? below + " or " : "") + (below + world));
        }
        boolean byTime = config.budget().minutes().isPresent();
        if (world > 1 && byTime && config.view().sizes().size() > 1) {
            throw new MmcrException("expected a budget in steps or epochs for views that grow on " + world
                    + " ranks, found minutes, of which every rank has its own; use --steps or --epochs");
        }
    }
}
