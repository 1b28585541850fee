package org.mmcr.train.run;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.bytedeco.javacpp.PointerScope;
import org.mmcr.core.MmcrException;
import org.mmcr.core.theory.Regime;
import org.mmcr.data.DataSource;
import org.mmcr.data.views.ViewLoader;
import org.mmcr.objective.MmcrLoss;
import org.mmcr.train.distributed.Rank;
import org.mmcr.train.encoder.Precision;

/**
 * Pretrains an encoder: data become views, views embeddings, embeddings the objective, its gradient a step of the
 * optimiser, until the budget is used. The same configuration and data give the same losses however many loader threads
 * there are, and a run that was stopped, or killed, goes on as if it had not been.
 *
 * <p>One trainer does one run, on the thread that calls {@link #run()}; {@link #requestStop()} may come from any other.
 */
@API(status = API.Status.STABLE)
public final class Trainer {
    private final PretrainConfig config;
    private final DataSource data;
    private final RunDirectory run;
    private final TrainListener listener;
    private final boolean resuming;
    private final Rank rank;
    private final Precision precision;
    private final ThreadShares threads;
    private final CompletableFuture<Void> stop = new CompletableFuture<>();
    private volatile boolean joined;
    private volatile double progress;

    /** A new run in a folder made with {@link RunDirectory#create}. The data stays open. */
    public Trainer(PretrainConfig config, DataSource data, RunDirectory run, TrainListener listener) {
        this(config, data, run, listener, false, Rank.single());
    }

    /** Goes on with a run from its newest checkpoint, with the configuration it was started with. */
    public static Trainer resume(RunDirectory run, DataSource data, TrainListener listener) {
        return new Trainer(run.readConfig(), data, run, listener, true, Rank.single());
    }

    private Trainer(
            PretrainConfig given,
            DataSource data,
            RunDirectory run,
            TrainListener listener,
            boolean resuming,
            Rank rank) {
        config = given.fittedTo(data);
        this.data = data;
        this.run = run;
        this.listener = listener;
        this.resuming = resuming;
        this.rank = rank;
        this.precision = config.precision().resolved();
        this.threads = ThreadShares.choose(config.threads(), config.loaderThreads(), rank.localWorld());
    }

    /** The same trainer as one of several processes that take each step together; only rank 0 writes in the run's folder. */
    public Trainer as(Rank other) {
        return new Trainer(config, data, run, listener, resuming, other);
    }

    /**
     * Finishes the step under way, saves, and lets {@link #run()} return; where other processes are still awaited, ends that.
     *
     * @return whether there is a step to finish
     */
    public boolean requestStop() {
        boolean training = joined;
        stop.complete(null);
        return training;
    }

    /**
     * Trains until the budget is used or a stop is requested, and saves.
     *
     * @throws MmcrException if the folder, the data or the embeddings do not allow it; what was saved before stays
     * @throws org.mmcr.train.distributed.StoppedException if a stop is requested before all processes of the run have met
     */
    public TrainSummary run() {
        try (DistributedSession ranks = DistributedSession.join(rank, config, data, precision, stop)) {
            joined = true;
            return ranks.telling(() -> run(ranks));
        }
    }

    private TrainSummary run(DistributedSession ranks) {
        threads.apply();
        Optional<OnlineKnn> monitor = OnlineKnn.plan(config, data, listener, threads.compute());
        int[] samples = monitor.map(OnlineKnn::trainingSamples)
                .orElseGet(() -> IntStream.range(0, data.size()).toArray());
        DataOrder order = new DataOrder(samples, config.stepPictures(), config.seed());
        if (!rank.first()) {
            return train(ranks, TrainingState.received(config, data, ranks.group()), order, Optional.empty());
        }
        try (RunLock alone = RunLock.acquire(run.lock(), run.root())) {
            TrainingState state = TrainingState.begin(config, data, run, resuming);
            state.spread(ranks.group());
            RunReport report = RunRecords.begin(config, data, run, precision, threads, resuming);
            TrainSummary summary = train(ranks, state, order, monitor);
            report.ended(RunRecords.now(), summary).write(run);
            return summary;
        }
    }

    private TrainSummary train(
            DistributedSession ranks, TrainingState state, DataOrder order, Optional<OnlineKnn> monitor) {
        Pacer pacer = new Pacer(config.budget(), order.stepsPerEpoch(), state.elapsedSeconds(), System::nanoTime);
        long firstStep = state.step();
        progress = pacer.progress(firstStep);
        warnOfThreshold();
        listener.started(start(state, order, pacer));
        try (TrainStep learner = new TrainStep(config, data, state, precision, ranks.group());
                RunOutput output = output(state, order, pacer);
                ViewLoader loader = loader(firstStep, order, pacer)) {
            output.saveIfMissing(false);
            boolean done = state.finished() || pacer.done(state.step());
            Turn turn = turn(ranks, done, pacer, state);
            while (!turn.over()) {
                progress = turn.progress();
                output.step(step(learner, loader, output, state, order, pacer));
                monitor.flatMap(probe -> probe.measure(state, precision, pacer.elapsed()))
                        .ifPresent(output::knn);
                turn = turn(ranks, pacer.done(state.step()), pacer, state);
                if (!turn.done()) {
                    output.saveIfDue();
                }
            }
            Path result = output.saveIfMissing(turn.done());
            ranks.report(listener, state.step() - firstStep);
            return state.summary(order, pacer.elapsed(), turn.done(), result);
        }
    }

    private RunOutput output(TrainingState state, DataOrder order, Pacer pacer) {
        return rank.first()
                ? new RunOutput.Files(config, run, state, order.stepsPerEpoch(), pacer, listener)
                : new RunOutput.Silent(run, state);
    }

    /** What all processes agree on between two steps: rank 0's clock counts, and any one's wish to stop. */
    private record Turn(double progress, boolean done, boolean stopped) {
        boolean over() {
            return done || stopped;
        }
    }

    private Turn turn(DistributedSession ranks, boolean done, Pacer pacer, TrainingState state) {
        double[] agreed = ranks.group()
                .agree(
                        rank.first() ? pacer.progress(state.step()) : 0,
                        rank.first() && done ? 1 : 0,
                        stop.isDone() ? 1 : 0);
        return new Turn(agreed[0], agreed[1] > 0, agreed[2] > 0);
    }

    /** One step, from waiting for its views to the measured metrics. */
    private StepMetrics step(
            TrainStep learner, ViewLoader loader, RunOutput output, TrainingState state, DataOrder order, Pacer pacer) {
        long began = System.nanoTime();
        long step = state.step();
        int epoch = order.epoch(step);
        double factor = config.schedule().factor(step, progress, pacer.totalSteps(), order.stepsPerEpoch());
        try (PointerScope scope = new PointerScope()) {
            TrainStep.Learned learned = learner.learn(loader, factor);
            Map<String, Double> figures = learned.figures();
            double seconds = (System.nanoTime() - began) * 1e-9;
            pacer.tookStep(seconds);
            state.tookStep(seconds, learned.waited(), learned.loss(), figures.get(MmcrLoss.PERCENT_ERROR));
            if (state.step() % order.stepsPerEpoch() == 0) {
                output.epoch(epoch, figures, learner.gathered(learned));
            }
            return new StepMetrics(
                    state.step(),
                    epoch,
                    progress,
                    learned.loss(),
                    figures.get(MmcrLoss.PERCENT_ERROR),
                    figures.get(MmcrLoss.MEAN_SQUARED_CENTROID_NORM),
                    figures.get(MmcrLoss.EFFECTIVE_RANK),
                    config.stepPictures() * (double) config.views() / seconds,
                    learned.waited() / seconds,
                    factor,
                    seconds);
        }
    }

    private ViewLoader loader(long firstStep, DataOrder order, Pacer pacer) {
        StepPlans plans = new StepPlans(config, order, pacer.totalSteps(), () -> progress, rank);
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
                threads.loader(),
                rank);
    }
}
