package org.mmcr.train.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.data.io.Json;
import org.mmcr.train.distributed.ProcessGroup;
import org.mmcr.train.encoder.Blocks;
import org.mmcr.train.encoder.ComputeDevice;
import org.mmcr.train.encoder.EmbeddingModel;
import org.mmcr.train.encoder.EncoderWeights;
import org.mmcr.train.encoder.ObjectiveNetwork;
import org.mmcr.train.encoder.Precision;
import org.mmcr.train.optim.Optimizer;

/**
 * The state of training that a checkpoint saves: weights, optimiser, moving average and totals, for a configuration
 * and data.
 */
final class TrainingState {
    private final PretrainConfig config;
    private final DataSource data;
    private final Precision precision;
    private final EmbeddingModel model;
    private final Optional<ObjectiveNetwork> network;
    private final List<String> frozen;
    private final Optimizer optimizer;
    private final Optional<ExponentialAverage> average;
    private TrainingTotals totals = TrainingTotals.none();

    private TrainingState(
            PretrainConfig config,
            DataSource data,
            ComputeDevice device,
            boolean fresh,
            Optional<Supervision> supervision) {
        this.config = config;
        this.data = data;
        precision = config.precision().resolved(device);
        model = EmbeddingModel.create(config.model().encoder(), config.model().projector(), config.seed());
        model.train(true);
        if (fresh) {
            config.model().init().ifPresent(this::initialiseFrom);
            supervision.ifPresent(labels -> labels.initialise(model));
        }
        frozen = config.model().restrict(model);
        model.to(device);
        network = config.objective().network(model.dimension(), config.seed());
        network.ifPresent(own -> own.to(device));
        optimizer = config.optimizer()
                .build(trained(), rates(supervision.map(Supervision::headRate).orElse(1.0)), precision);
        average = config.ema().enabled() || config.objective().target().isPresent()
                ? Optional.of(new ExponentialAverage(model, embedsWithAverage()))
                : Optional.empty();
    }

    /** Factors of the learning rate by parameter. */
    private ToDoubleFunction<String> rates(double head) {
        Blocks blocks = model.blocks();
        ToDoubleFunction<String> decayed = blocks.decayed(config.optimizer().layerDecay());
        return parameter -> decayed.applyAsDouble(parameter)
                * (Blocks.PROJECTOR.equals(blocks.of().get(parameter)) ? head : 1);
    }

    private void initialiseFrom(Path file) {
        try (EncoderWeights weights = EncoderWeights.open(file)) {
            weights.copyInto(model.encoder());
        }
    }

    /**
     * The state at the start of a run, or of its newest checkpoint.
     *
     * @throws MmcrException if a new run's folder is not empty, or the data are not those of the run
     */
    static TrainingState begin(
            PretrainConfig config,
            DataSource data,
            ComputeDevice device,
            RunDirectory run,
            boolean resuming,
            Optional<Supervision> supervision) {
        Optional<Path> saved = run.latestCheckpoint();
        if (!resuming && saved.isPresent()) {
            throw run.occupied(run.checkpoints());
        }
        TrainingState state = new TrainingState(config, data, device, saved.isEmpty(), supervision);
        saved.map(Checkpoint::open).ifPresent(checkpoint -> {
            checkpoint.requireData(data);
            checkpoint.loadInto(state);
            state.totals = checkpoint.position().totals();
        });
        return state;
    }

    /** The state of a process that is not the first, received from {@link #broadcast} of the first. */
    static TrainingState received(PretrainConfig config, DataSource data, ComputeDevice device, ProcessGroup group) {
        TrainingState state = new TrainingState(config, data, device, false, Optional.empty());
        state.broadcast(group);
        return state;
    }

    /** Replaces the state of every process by that of the first. */
    void broadcast(ProcessGroup group) {
        group.broadcast(model.state());
        network.ifPresent(own -> group.broadcast(own.state()));
        group.broadcast(optimizer.state());
        average.ifPresent(moving -> group.broadcast(moving.model().state()));
        totals = Json.parse(group.broadcast(Json.line(totals)), TrainingTotals.class);
    }

    /**
     * Checks that weights, statistics, optimiser state and average may replace those of the last checkpoint.
     *
     * @throws MmcrException if one of their values is NaN or infinite
     */
    void requireFinite() {
        List<Map<String, Tensor>> parts = new ArrayList<>(List.of(model.state(), optimizer.state()));
        network.ifPresent(own -> parts.add(own.state()));
        average.ifPresent(moving -> parts.add(moving.model().state()));
        for (Map<String, Tensor> part : parts) {
            part.forEach((name, values) -> {
                try (PointerScope scope = new PointerScope()) {
                    if (!values.isfinite().all().item_bool()) {
                        throw new DivergedException("expected finite weights after step " + step()
                                + ", found NaN or infinity in " + name
                                + "; no checkpoint was written of them and the last"
                                + " one is intact: start again with a lower learning rate or gradient clipping");
                    }
                }
            });
        }
    }

    /** Replaces the totals after a step. */
    void record(TrainingTotals now) {
        totals = now;
    }

    /** The parameters that are trained: those of the model that are not frozen, and the objective's own. */
    Map<String, Tensor> trained() {
        Map<String, Tensor> all = new LinkedHashMap<>(model.trained());
        network.ifPresent(own -> all.putAll(own.parameters()));
        return all;
    }

    /** Trained numbers in encoder and projector. */
    long parameterCount() {
        return model.trained().values().stream().mapToLong(Tensor::numel).sum();
    }

    /** Names of the frozen blocks. */
    List<String> frozen() {
        return frozen;
    }

    /** The adapters that are trained, if there are any. */
    Optional<Adaptation> adaptation() {
        return config.model().adapt().present() ? Optional.of(Adaptation.of(model)) : Optional.empty();
    }

    /** Numbers in encoder and projector that are not trained. */
    long frozenCount() {
        return model.parameters().values().stream().mapToLong(Tensor::numel).sum() - parameterCount();
    }

    PretrainConfig config() {
        return config;
    }

    DataSource data() {
        return data;
    }

    /** Returns the precision in use: that of the configuration, or for {@code AUTO} the one for this processor. */
    Precision precision() {
        return precision;
    }

    EmbeddingModel model() {
        return model;
    }

    /** The weights that are evaluated: the average if the run keeps one for that, else the trained ones. */
    EmbeddingModel evaluated() {
        return config.ema().enabled() && config.ema().evaluate()
                ? average.map(ExponentialAverage::model).orElse(model)
                : model;
    }

    /** The network that the objective owns, between embeddings and loss. */
    Optional<ObjectiveNetwork> network() {
        return network;
    }

    /** Whether the average embeds every batch too, as the target of the objective. */
    boolean embedsWithAverage() {
        return config.ema().target() || config.objective().target().isPresent();
    }

    /** Moves the average after a step at a progress of 0..1. */
    void moveAverage(double progress) {
        average.ifPresent(moving -> moving.update(
                model,
                config.objective()
                        .target()
                        .map(decay -> decay.at(progress))
                        .orElseGet(() -> config.ema().decayAt(step()))));
    }

    Optimizer optimizer() {
        return optimizer;
    }

    Optional<ExponentialAverage> average() {
        return average;
    }

    TrainingTotals totals() {
        return totals;
    }

    /** Steps done. */
    long step() {
        return totals.steps();
    }
}
