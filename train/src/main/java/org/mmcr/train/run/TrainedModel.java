package org.mmcr.train.run;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.train.encoder.ComputeDevice;
import org.mmcr.train.encoder.EmbeddingModel;
import org.mmcr.train.encoder.TowersSpec;
import org.mmcr.train.evaluate.EncoderFeatures;

/**
 * The model of a run's checkpoint in evaluation mode. It has the averaged weights if the run keeps them for evaluation.
 * Low-rank adapters are merged into the weights.
 *
 * @param model encoder and projector
 * @param config the resolved configuration of the run
 * @param view preprocessing of a sample for the encoder
 * @param step number of optimiser steps of the weights
 * @param checkpoint folder of the checkpoint
 */
@API(status = API.Status.STABLE)
public record TrainedModel(
        EmbeddingModel model, PretrainConfig config, EvaluationView view, long step, Path checkpoint) {

    /**
     * Reads the newest checkpoint of a run, which may still be training.
     *
     * @throws MmcrException if the run has none yet, or a newer mmcr wrote it
     */
    public static TrainedModel load(RunDirectory run) {
        return load(run, Function.identity());
    }

    /** Reads the newest checkpoint, and what {@code use} reads of it before a trainer deletes it. */
    public static <T> T load(RunDirectory run, Function<TrainedModel, T> use) {
        return load(run, run::latestCheckpoint, folder -> use.apply(ofCheckpoint(folder)));
    }

    /** Reads the newest checkpoint; if the trainer deletes it meanwhile, the one that is then the newest. */
    static <T> T load(RunDirectory run, Supplier<Optional<Path>> newest, Function<Path, T> read) {
        while (true) {
            Path folder = newest.get()
                    .orElseThrow(() -> new MmcrException("expected a checkpoint in " + run.checkpoints()
                            + ", found none; let the run take its first step, or continue it with --resume " + run));
            try {
                return read.apply(folder);
            } catch (MmcrException e) {
                if (newest.get().equals(Optional.of(folder))) {
                    throw e;
                }
            }
        }
    }

    /**
     * Reads one checkpoint of a run.
     *
     * @param folder one of {@link RunDirectory#allCheckpoints()}
     * @throws MmcrException if a newer mmcr wrote it, it is damaged, or it is of paired data
     */
    public static TrainedModel ofCheckpoint(Path folder) {
        Loaded loaded = Loaded.of(folder);
        PretrainConfig config = loaded.config();
        if (config.model().encoder() instanceof TowersSpec) {
            throw PairedModel.refused(folder);
        }
        return new TrainedModel(loaded.model(), config, config.view().evaluation(), loaded.step(), folder);
    }

    /** A checkpoint's model in evaluation mode, with its configuration and its number of steps. */
    record Loaded(EmbeddingModel model, PretrainConfig config, long step) {
        static Loaded of(Path folder) {
            Checkpoint checkpoint = Checkpoint.open(folder);
            PretrainConfig config = checkpoint.config();
            EmbeddingModel model = create(config);
            if (config.model().adapt().present()) {
                model.adapt(config.model().adapt());
            }
            checkpoint.loadModel(model, config.ema().enabled() && config.ema().evaluate());
            model.mergeAdapters();
            model.train(false);
            return new Loaded(model, config, checkpoint.position().totals().steps());
        }
    }

    /** Moves the network to a device, where its features are then computed; returns this. */
    public TrainedModel on(ComputeDevice device) {
        model.to(device);
        return this;
    }

    /** The same network with its random initial weights, also if the run started from a weights file. */
    public TrainedModel untrained() {
        EmbeddingModel start = create(config);
        start.to(model.device());
        start.train(false);
        return new TrainedModel(start, config, view, 0, checkpoint);
    }

    /** The features of the encoder. */
    public EncoderFeatures features() {
        return new EncoderFeatures(model.encoder(), view, config.precision());
    }

    private static EmbeddingModel create(PretrainConfig config) {
        return EmbeddingModel.create(config.model().encoder(), config.model().projector(), config.seed());
    }
}
