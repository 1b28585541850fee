package org.mmcr.train.run;

import org.mmcr.train.encoder.EmbeddingModel;

/**
 * An exponential moving average of a model's weights, as a second model: {@code average = d average + (1 - d) online}
 * after every step.
 */
final class ExponentialAverage {
    private final EmbeddingModel average;

    /** target: whether its embeddings are computed in training mode, as targets of the objective. */
    ExponentialAverage(EmbeddingModel online, boolean target) {
        average = online.copy();
        average.train(target);
    }

    EmbeddingModel model() {
        return average;
    }

    /** Adds the online weights after a step. */
    void update(EmbeddingModel online, double decay) {
        average.lerpFrom(online, 1 - decay);
    }
}
