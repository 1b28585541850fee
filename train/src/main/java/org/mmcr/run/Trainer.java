package org.mmcr.run;

import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.mmcr.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.encoder.Precision;
import org.mmcr.loss.MmcrStats;
import org.mmcr.loss.Peers;
import org.mmcr.theory.Regime;
import org.mmcr.views.ViewLoader;

/**
 * Pretrains an encoder: data become views, views embeddings, embeddings the objective, its gradient a step of the
 * optimiser, until the budget is used. The same configuration and data give the same losses however many loader threads
 * there are, and a run that was stopped, or killed, goes on as if it had not been.
 *
 * <p>One trainer does one run, on the thread that calls {@link #run()}; {@link #requestStop()} may come from any other.
 */
public final class Trainer {
    private final PretrainConfig config;
    private final DataSource data;
    private final RunDirectory run;
    private final TrainListener listener;
    private final boolean resuming;
    private final Precision precision;
    private final ThreadShares threads;
    private volatile boolean stopRequested;
    private volatile double progress;

    /** A new run in a folder made with {@link RunDirectory#create}. The data stays open. */
    public Trainer(PretrainConfig config, DataSource data, RunDirectory run, TrainListener listener) {
        this(config, data, run, listener, false);
    }

    /** Goes on with a run from its newest checkpoint, with the configuration it was started with. */
    public static Trainer resume(RunDirectory run, DataSource data, TrainListener listener) {
        return new Trainer(run.readConfig(), data, run, listener, true);
    }

    private Trainer(PretrainConfig given, DataSource data, RunDirectory run, TrainListener listener, boolean resuming) {
        config = given.fittedTo(data);
        this.data = data;
        this.run = run;
        this.listener = listener;
        this.resuming = resuming;
        this.precision = config.precision().resolved();
        this.threads = ThreadShares.choose(config.threads(), config.loaderThreads());
    }

    /** Finishes the step under way, saves, and lets {@link #run()} return. */
    public void requestStop() {
        stopRequested = true;
    }

    /**
     * Trains until the budget is used or a stop is requested, and saves.
     *
     * @throws MmcrException if the folder, the data or the embeddings do not allow it; what was saved before stays
     */
    public TrainSummary run() {
        try (RunLock alone = RunLock.acquire(run.lock(), run.root())) {
            threads.apply();
            Optional<OnlineKnn> monitor = OnlineKnn.plan(config, data, listener, threads.compute());
            int[] datums = monitor.map(OnlineKnn::trainingDatums)
                    .orElseGet(() -> IntStream.range(0, data.size()).toArray());
            DataOrder order = new DataOrder(datums, config.stepPictures(), config.seed());
            TrainingState state = TrainingState.begin(config, data, run, resuming);
            RunReport report = RunRecords.begin(config, data, run, precision, threads, resuming);
            TrainSummary summary = train(state, order, monitor);
            report.ended(RunRecords.now(), summary).write(run);
            return summary;
        }
    }

    private TrainSummary train(TrainingState state, DataOrder order, Optional<OnlineKnn> monitor) {
        Pacer pacer = new Pacer(config.budget(), order.stepsPerEpoch(), state.elapsedSeconds(), System::nanoTime);
        progress = pacer.progress(state.step());
        Saver saver = new Saver(config.checkpoint(), run, state, pacer, listener);
        Learner learner = new Learner(config, data, state, precision, Peers.NONE);
        warnOfThreshold();
        listener.started(start(state, order, pacer));
        try (MetricsLog metrics = MetricsLog.open(run.metrics(), state.step());
                EpochLog epochs = EpochLog.open(run, state.step(), order.stepsPerEpoch());
                MetricsLog knn = MetricsLog.open(run.monitor(), state.step());
                ViewLoader loader = loader(state.step(), order, pacer)) {
            saver.saveIfMissing(false);
            boolean done = state.finished() || pacer.done(state.step());
            while (!done && !stopRequested) {
                StepMetrics taken = step(learner, loader, epochs, state, order, pacer);
                metrics.add(taken);
                listener.step(taken);
                monitor.flatMap(probe -> probe.measure(state, precision, pacer.elapsed()))
                        .ifPresent(point -> {
                            knn.add(point);
                            listener.knn(point);
                        });
                done = pacer.done(state.step());
                if (!done && saver.due()) {
                    metrics.force();
                    saver.save(false);
                }
            }
            metrics.force();
            Path result = saver.saveIfMissing(done);
            return state.summary(order, pacer.elapsed(), done, result);
        }
    }

    /** One step, from waiting for its views to the measured metrics. */
    private StepMetrics step(
            Learner learner, ViewLoader loader, EpochLog epochs, TrainingState state, DataOrder order, Pacer pacer) {
        long began = System.nanoTime();
        long step = state.step();
        int epoch = order.epoch(step);
        progress = pacer.progress(step);
        double factor = config.schedule().factor(step, progress, pacer.totalSteps(), order.stepsPerEpoch());
        try (PointerScope scope = new PointerScope()) {
            Learner.Learned learned = learner.learn(loader, factor);
            MmcrStats stats = learned.stats();
            double seconds = (System.nanoTime() - began) * 1e-9;
            pacer.tookStep(seconds);
            state.tookStep(seconds, learned.waited(), stats);
            epochs.step(state.step(), epoch, stats, learned.embeddings(), config.views());
            return new StepMetrics(
                    state.step(),
                    epoch,
                    progress,
                    stats.loss(),
                    stats.percentError(),
                    stats.meanSquaredCentroidNorm(),
                    stats.effectiveRank(),
                    config.stepPictures() * (double) config.views() / seconds,
                    learned.waited() / seconds,
                    factor,
                    seconds);
        }
    }

    private ViewLoader loader(long firstStep, DataOrder order, Pacer pacer) {
        StepPlans plans = new StepPlans(config, order, pacer.totalSteps(), () -> progress, 0, 1);
        return new ViewLoader(
                data,
                config.seed(),
                threads.loader(),
                config.prefetch(),
                firstStep * StepPlans.batchesPerStep(config),
                plans::plan);
    }

    private void warnOfThreshold() {
        long n = config.stepPictures();
        long d = config.model().projector().dimension();
        if (Regime.of(n, d) == Regime.NEAR_THRESHOLD) {
            listener.warning("batch N = " + n + " is within 2x of the embedding dimension D = " + d
                    + ", where uniform embeddings stay farthest from the bound; choose N from "
                    + Regime.recommendedBatch(d)
                    + " up or a last projector width of at most " + Regime.recommendedDimension(n));
        }
    }

    private TrainStart start(TrainingState state, DataOrder order, Pacer pacer) {
        return new TrainStart(
                config,
                run,
                order.size(),
                order.stepsPerEpoch(),
                state.step(),
                pacer.totalSteps(),
                state.elapsedSeconds(),
                state.parameterCount(),
                precision,
                threads.compute(),
                threads.loader());
    }
}
