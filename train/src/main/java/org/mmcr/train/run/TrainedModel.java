package org.mmcr.train.run;

import java.nio.file.Path;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.train.encoder.EmbeddingModel;
import org.mmcr.train.evaluate.EncoderFeatures;

/**
 * What a run has learned, ready to be measured or exported: in evaluation mode, with the averaged weights where the run
 * keeps them for that.
 *
 * @param model encoder and projector
 * @param config the resolved configuration of the run
 * @param view how a picture is shown to the encoder
 * @param step optimiser steps behind the weights
 * @param checkpoint where the weights were read
 */
@API(status = API.Status.STABLE)
public record TrainedModel(
        EmbeddingModel model, PretrainConfig config, EvaluationView view, long step, Path checkpoint) {

    /**
     * Reads the newest checkpoint of a run; a trainer may be at work in it.
     *
     * @throws MmcrException if the run has none yet, or a newer mmcr wrote it
     */
    public static TrainedModel load(RunDirectory run) {
        Path folder = run.latestCheckpoint()
                .orElseThrow(() -> new MmcrException("expected a checkpoint in " + run.checkpoints()
                        + ", found none; let the run take its first step, or continue it with --resume " + run));
        PretrainConfig config = Checkpoint.readConfig(folder);
        EmbeddingModel model = create(config);
        CheckpointState state = Checkpoint.readState(folder);
        Checkpoint.loadModel(
                folder, model, config.ema().enabled() && config.ema().evaluate());
        model.train(false);
        return new TrainedModel(model, config, config.view().evaluation(), state.step(), folder);
    }

    /** The same network with random weights: those that the run started from, unless it started from a file. */
    public TrainedModel untrained() {
        EmbeddingModel start = create(config);
        start.train(false);
        return new TrainedModel(start, config, view, 0, checkpoint);
    }

    /** The features of the encoder. */
    public EncoderFeatures features() {
        return new EncoderFeatures(model.encoder(), view, config.precision());
    }

    private static EmbeddingModel create(PretrainConfig config) {
        EmbeddingModel model =
                EmbeddingModel.create(config.model().encoder(), config.model().projector(), config.seed());
        model.toChannelsLast();
        return model;
    }
}
