package org.mmcr.train.run;

import java.util.Optional;
import java.util.stream.IntStream;
import org.mmcr.data.DataSource;

/**
 * The measurements of a run while it trains, and the samples that they leave to training.
 *
 * @param knn accuracy on held-out samples
 * @param quality quality without labels
 */
record Monitors(Optional<OnlineKnn> knn, Optional<OnlineQuality> quality) {
    /** Measures nothing, as every process but the first. */
    static final Monitors NONE = new Monitors(Optional.empty(), Optional.empty());

    /** Measurements that were due after a step. */
    record Points(Optional<KnnPoint> knn, Optional<QualityPoint> quality) {}

    /** Measures what is due after this step. */
    Points measure(TrainingState state, double seconds) {
        return new Points(
                knn.flatMap(one -> one.measure(state, seconds)), quality.flatMap(one -> one.measure(state, seconds)));
    }

    /** Returns the samples to train on, ascending. */
    static int[] trainingSamples(Optional<OnlineKnn> knn, DataSource data) {
        return knn.map(OnlineKnn::trainingSamples)
                .orElseGet(() -> IntStream.range(0, data.size()).toArray());
    }
}
