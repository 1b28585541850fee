package org.mmcr.train.run;

import java.nio.file.Path;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.objective.Communicator;
import org.mmcr.objective.MmcrStats;
import org.mmcr.train.distributed.ProcessGroup;
import org.mmcr.train.encoder.EmbeddingModel;
import org.mmcr.train.encoder.EncoderWeights;
import org.mmcr.train.optim.Optimizer;

/** All that changes while a run trains, and all that a checkpoint must bring back: weights, optimiser, average, position. */
final class TrainingState {
    private final PretrainConfig config;
    private final DataSource data;
    private final EmbeddingModel model;
    private final Optimizer optimizer;
    private final Optional<ExponentialAverage> average;
    private long step;
    private double elapsedSeconds;
    private double stepSeconds;
    private double waitSeconds;
    private double loss;
    private double percentError;
    private boolean finished;

    private TrainingState(PretrainConfig config, DataSource data, boolean fresh) {
        this.config = config;
        this.data = data;
        model = EmbeddingModel.create(config.model().encoder(), config.model().projector(), config.seed());
        model.toChannelsLast();
        model.train(true);
        if (fresh) {
            config.model().init().ifPresent(this::startFrom);
        }
        optimizer = config.optimizer().build(model.parameters());
        average = config.ema().enabled() ? Optional.of(new ExponentialAverage(config.ema(), model)) : Optional.empty();
    }

    /**
     * The state at the start of a run, or of its newest checkpoint.
     *
     * @throws MmcrException if a new run's folder is not empty, or the data are not those of the run
     */
    static TrainingState begin(PretrainConfig config, DataSource data, RunDirectory run, boolean resuming) {
        Optional<Path> saved = run.latestCheckpoint();
        if (!resuming && saved.isPresent()) {
            throw run.occupied(run.checkpoints());
        }
        TrainingState state = new TrainingState(config, data, saved.isEmpty());
        saved.ifPresent(state::restore);
        return state;
    }

    private void startFrom(Path file) {
        try (EncoderWeights weights = EncoderWeights.open(file)) {
            weights.copyInto(model.encoder());
        }
    }

    /** The state of a process that is not the first: what {@link #spread} of the first one sends. */
    static TrainingState received(PretrainConfig config, DataSource data, ProcessGroup group) {
        TrainingState state = new TrainingState(config, data, false);
        state.spread(group);
        return state;
    }

    /** Makes the states of all processes equal to the first one's. */
    void spread(ProcessGroup group) {
        group.spread(model.state());
        group.spread(optimizer.state());
        average.ifPresent(twin -> group.spread(twin.model().state()));
        double[] position = group.spread(
                (double) step, elapsedSeconds, stepSeconds, waitSeconds, loss, percentError, finished ? 1 : 0);
        step = (long) position[0];
        elapsedSeconds = position[1];
        stepSeconds = position[2];
        waitSeconds = position[3];
        loss = position[4];
        percentError = position[5];
        finished = position[6] > 0;
    }

    /** Batch-norm of all networks over the batches of these processes together. */
    void share(Communicator peers) {
        model.syncBatchNorm(peers);
        average.ifPresent(twin -> twin.model().syncBatchNorm(peers));
    }

    private void restore(Path folder) {
        CheckpointState was = Checkpoint.readState(folder);
        if (!was.fingerprint().equals(data.fingerprint())) {
            throw new MmcrException("expected the data that the run was started with (" + was.dataLocation()
                    + ", fingerprint " + was.fingerprint() + "), found " + data.location() + " with fingerprint "
                    + data.fingerprint() + "; give the same data, or start a new run");
        }
        Checkpoint.load(folder, model, optimizer, average.map(ExponentialAverage::model));
        step = was.step();
        elapsedSeconds = was.elapsedSeconds();
        stepSeconds = was.stepSeconds();
        waitSeconds = was.waitSeconds();
        loss = was.loss();
        percentError = was.percentError();
        finished = was.finished();
    }

    void save(Path folder, double elapsed, boolean done) {
        CheckpointState now = new CheckpointState(
                CheckpointState.FORMAT,
                step,
                config.seed(),
                elapsed,
                stepSeconds,
                waitSeconds,
                data.fingerprint(),
                data.location(),
                done,
                loss,
                percentError,
                Machine.mmcrVersion());
        Checkpoint.save(folder, now, config, model, optimizer, average.map(ExponentialAverage::model));
    }

    void tookStep(double seconds, double waited, MmcrStats stats) {
        step++;
        stepSeconds += seconds;
        waitSeconds += waited;
        loss = stats.loss();
        percentError = stats.percentError();
    }

    TrainSummary summary(DataOrder order, double elapsed, boolean done, Path checkpoint) {
        long seen = step * config.stepPictures() * config.views();
        return new TrainSummary(
                done,
                step,
                step / (double) order.stepsPerEpoch(),
                seen,
                elapsed,
                stepSeconds > 0 ? seen / stepSeconds : 0,
                stepSeconds > 0 ? waitSeconds / stepSeconds : 0,
                loss,
                percentError,
                checkpoint);
    }

    long parameterCount() {
        return model.parameters().values().stream().mapToLong(Tensor::numel).sum();
    }

    EmbeddingModel model() {
        return model;
    }

    /** The weights that are evaluated: the average where the run keeps one for that, else the trained ones. */
    EmbeddingModel evaluated() {
        return config.ema().evaluate() ? average.map(ExponentialAverage::model).orElse(model) : model;
    }

    Optimizer optimizer() {
        return optimizer;
    }

    Optional<ExponentialAverage> average() {
        return average;
    }

    /** Steps done. */
    long step() {
        return step;
    }

    /** Seconds of the budget used when this state was restored; 0 for a new run. */
    double elapsedSeconds() {
        return elapsedSeconds;
    }

    /** Whether the restored run had used its budget. */
    boolean finished() {
        return finished;
    }
}
