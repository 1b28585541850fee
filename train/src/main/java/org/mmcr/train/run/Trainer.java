package org.mmcr.train.run;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.data.io.DataChangedException;
import org.mmcr.data.io.ExclusiveLock;
import org.mmcr.data.views.ViewLoader;
import org.mmcr.objective.Objective;
import org.mmcr.train.distributed.Rank;
import org.mmcr.train.encoder.ComputeDevice;
import org.mmcr.train.run.DistributedSession.Decision;

/**
 * The training loop. It pretrains an encoder until the budget is used or a stop is requested. The same configuration
 * and data give the same losses with any number of loader threads, and a run that was stopped or killed continues with
 * the numbers of a run that was not.
 *
 * <p>A trainer does one run, on the thread that calls {@link #run()}. {@link #requestStop()} may be called from any
 * thread.
 */
@API(status = API.Status.STABLE)
public final class Trainer {
    private final PretrainConfig config;
    private final DataSource data;
    private final RunDirectory run;
    private final TrainListener listener;
    private final boolean resuming;
    private final Optional<Supervision> supervision;
    private final CompletableFuture<Void> stop = new CompletableFuture<>();
    private Optional<Objective> given = Optional.empty();
    private LongSupplier nanos = System::nanoTime;
    private Rank rank = Rank.single();
    private ComputeDevice device = ComputeDevice.CPU;
    private boolean profiled;

    /** Trains a new run in a folder made with {@link RunDirectory#create}. The data stays open. */
    public Trainer(PretrainConfig config, DataSource data, RunDirectory run, TrainListener listener) {
        this(config.fittedTo(data), data, run, listener, false, Optional.empty());
    }

    /** Continues a run from its newest checkpoint, with the configuration it was started with. */
    public static Trainer resume(RunDirectory run, DataSource data, TrainListener listener) {
        return new Trainer(run.readConfig().fittedTo(data), data, run, listener, true, Optional.empty());
    }

    /**
     * Trains a network whose projector is a classifier on labelled data, or continues that from its newest checkpoint.
     *
     * @param config its objective is a {@link CrossEntropySpec}; one batch in a step
     * @param data every sample has a label
     * @param resuming whether the run was started before
     */
    @API(status = API.Status.INTERNAL)
    public static Trainer supervised(
            PretrainConfig config,
            DataSource data,
            RunDirectory run,
            TrainListener listener,
            Supervision supervision,
            boolean resuming) {
        return new Trainer(config.fittedToLabelled(data), data, run, listener, resuming, Optional.of(supervision));
    }

    private Trainer(
            PretrainConfig config,
            DataSource data,
            RunDirectory run,
            TrainListener listener,
            boolean resuming,
            Optional<Supervision> supervision) {
        this.config = config;
        this.supervision = supervision;
        this.data = data;
        this.run = run;
        this.listener = listener;
        this.resuming = resuming;
    }

    /**
     * Makes this trainer one of several processes that take each step together; only rank 0 writes in the run's
     * folder.
     */
    public Trainer as(Rank other) {
        rank = other;
        return this;
    }

    /** Makes this trainer compute on a device; it is the processor otherwise. A run may continue on another one. */
    public Trainer on(ComputeDevice other) {
        device = other;
        return this;
    }

    /**
     * Makes this trainer measure where the time of its steps goes: {@code profile.json} in the run's folder, and
     * {@link TrainListener#profiled}. On a GPU, work that is queued is counted where the result is waited for.
     */
    public Trainer profiled() {
        profiled = true;
        return this;
    }

    /** Replaces the objective and the clock. */
    Trainer with(Objective other, LongSupplier otherNanos) {
        given = Optional.of(other);
        nanos = otherNanos;
        return this;
    }

    /**
     * Makes {@link #run()} finish the current step, save and return. If it still waits for other processes, it stops
     * waiting.
     */
    public void requestStop() {
        stop.complete(null);
    }

    /**
     * Trains until the budget is used or a stop is requested, and saves.
     *
     * @throws MmcrException if the folder, the data or the embeddings do not allow it; earlier checkpoints stay
     * @throws org.mmcr.train.distributed.StoppedException if a stop is requested before all processes have joined
     */
    public TrainingTotals run() {
        try (DistributedSession session = DistributedSession.join(rank, config, data, device, stop)) {
            return session.publishingFailure(() -> run(session));
        }
    }

    private TrainingTotals run(DistributedSession session) {
        ThreadShares threads = ThreadShares.choose(config.threads(), config.loaderThreads(), rank.localWorld());
        threads.apply();
        Optional<OnlineKnn> knn = OnlineKnn.plan(config, data, listener, threads.compute());
        int[] samples = Monitors.trainingSamples(knn, data);
        DataOrder order = DataOrder.of(config, data, samples);
        Objective objective = objective(order);
        if (!rank.first()) {
            TrainingState state = TrainingState.received(config, data, device, session.group());
            TrainStart start = TrainStart.of(run, state, objective, order, threads, rank);
            return train(session, start, state, objective, order, Monitors.NONE, Optional.empty());
        }
        Monitors monitors = new Monitors(knn, OnlineQuality.plan(config, data, samples, threads, listener));
        try (ExclusiveLock lock = run.acquireLock()) {
            TrainingState state = TrainingState.begin(config, data, device, run, resuming, supervision);
            state.broadcast(session.group());
            TrainStart start = TrainStart.of(run, state, objective, order, threads, rank);
            try (RunLog log = RunLog.open(start, data, listener, resuming)) {
                TrainingTotals totals = train(session, start, state, objective, order, monitors, Optional.of(log));
                log.end(totals);
                return totals;
            }
        }
    }

    private Objective objective(DataOrder order) {
        if (supervision.isPresent() && config.objective() instanceof CrossEntropySpec spec) {
            Supervision labels = supervision.get();
            return CrossEntropy.of(
                    spec,
                    step -> IntStream.of(order.samples(step)).map(labels::label).toArray());
        }
        return given.orElseGet(() -> config.objectiveFor(data));
    }

    /** Whether training with labels ends with the epoch of the last step. */
    private boolean endsEarly(TrainingState state, DataOrder order) {
        return supervision.isPresent()
                && state.step() > 0
                && state.step() % order.stepsPerEpoch() == 0
                && supervision.get().endsAfter(Math.toIntExact(state.step() / order.stepsPerEpoch()), state.model());
    }

    private TrainingTotals train(
            DistributedSession session,
            TrainStart start,
            TrainingState state,
            Objective objective,
            DataOrder order,
            Monitors monitors,
            Optional<RunLog> log) {
        Pacer pacer =
                new Pacer(config.budget(), order.stepsPerEpoch(), state.totals().seconds(), nanos);
        Optional<Checkpointer> checkpointer = log.map(files -> new Checkpointer(run, state, files, pacer, listener));
        listener.started(start);
        start.objective().cautions().forEach(one -> listener.warning(one.found() + "; " + one.remedy()));
        try (StepTimer timer = profiled ? StepTimer.of(state.model(), nanos) : StepTimer.off();
                TrainStep step = new TrainStep(state, objective, session.group()).timedBy(timer);
                ViewLoader loader = new StepPlans(config, order, pacer, rank)
                        .load(data, start.loaderThreads(), start.firstStep())) {
            checkpointer.ifPresent(saver -> saver.saveIfMissing(false));
            Runnable measurement = () -> {
                Monitors.Points points =
                        saving(step, state, checkpointer, () -> monitors.measure(state, pacer.elapsed()));
                log.ifPresent(files -> files.monitored(points));
            };
            if (log.filter(RunLog::lacksMeasurement).isPresent()
                    && !state.totals().finished()) {
                measurement.run(); // a measurement that was due here has failed before
            }
            boolean done = state.totals().finished()
                    || saving(step, state, checkpointer, () -> endsEarly(state, order))
                    || pacer.done(start.firstStep());
            Decision decision = session.decide(pacer.progress(start.firstStep()), done, stop.isDone());
            while (decision.takesStep()) {
                StepMetrics metrics;
                try (PointerScope scope = new PointerScope()) {
                    double began = pacer.elapsed();
                    double factor = config.schedule()
                            .factor(state.step(), decision.progress(), pacer.totalSteps(), order.stepsPerEpoch());

                    // next batch, forward, objective, backward
                    TrainStep.Result result = saving(step, state, checkpointer, () -> step.backward(loader));

                    // step
                    step.update(factor, decision.progress());

                    // log
                    metrics = metrics(state, order, decision.progress(), factor, result, pacer.elapsed() - began);
                    if (metrics.step() % order.stepsPerEpoch() == 0) {
                        Tensor embeddings = step.gather(result.embeddings());
                        log.ifPresent(files -> files.epoch(metrics, embeddings, config.views()));
                    }
                }
                pacer.recordStep(metrics.seconds());
                timer.finished(metrics.seconds());
                state.record(state.totals().plus(metrics, order.stepsPerEpoch(), viewsPerStep()));
                log.ifPresent(files -> files.step(metrics));
                measurement.run();

                // save
                boolean ends =
                        saving(step, state, checkpointer, () -> endsEarly(state, order)) || pacer.done(state.step());
                decision = session.decide(pacer.progress(state.step()), ends, stop.isDone());
                if (!decision.finished()) {
                    checkpointer.ifPresent(Checkpointer::saveIfDue);
                }
            }
            boolean finished = decision.finished();
            checkpointer.ifPresent(saver -> saver.saveIfMissing(finished));
            if (profiled) {
                log.ifPresent(files -> files.profile(timer.profile()));
            }
            if (!rank.alone()) {
                listener.exchanged(session.group().stats(), state.step() - start.firstStep());
            }
            return state.totals().at(pacer.elapsed(), finished);
        }
    }

    /** Does work that reads data; if they have changed, saves the steps so far, as when a stop is requested. */
    private <T> T saving(TrainStep step, TrainingState state, Optional<Checkpointer> checkpointer, Supplier<T> work) {
        try {
            return work.get();
        } catch (DataChangedException e) {
            if (checkpointer.isEmpty() || !step.isWhole()) {
                throw e;
            }
            checkpointer.get().saveIfMissing(false);
            String remedy = supervision.isPresent()
                    ? "repeat the command to continue"
                    : "mmcr pretrain --resume " + run.root() + " continues";
            throw new MmcrException(
                    e.getMessage() + "; the run is saved after step " + state.step() + ": " + remedy
                            + " once the data is as before",
                    e);
        }
    }

    private StepMetrics metrics(
            TrainingState state,
            DataOrder order,
            double progress,
            double factor,
            TrainStep.Result result,
            double seconds) {
        return new StepMetrics(
                state.step() + 1,
                order.epoch(state.step()),
                progress,
                result.loss(),
                result.figures(),
                config.optimizer().learningRate() * factor,
                viewsPerStep() / seconds,
                result.waited() / seconds,
                seconds);
    }

    private long viewsPerStep() {
        return (long) config.stepPictures() * config.views();
    }
}
