package org.mmcr.train.run;

import org.mmcr.train.encoder.EmbeddingModel;

/**
 * An exponential moving average of a model's weights, as a second model: {@code average = d average + (1 - d) online}
 * after every step, d from {@link EmaOptions#decayAt}.
 */
final class ExponentialAverage {
    private final EmaOptions options;
    private final EmbeddingModel average;

    ExponentialAverage(EmaOptions options, EmbeddingModel online) {
        this.options = options;
        this.average = online.copy();
        average.train(options.target());
    }

    EmbeddingModel model() {
        return average;
    }

    /** Adds the online weights after a zero-based step. */
    void update(EmbeddingModel online, long step) {
        average.lerpFrom(online, 1 - options.decayAt(step));
    }
}
