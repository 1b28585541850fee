package org.mmcr.analysis.capacity;

import java.util.Optional;
import org.mmcr.core.capacity.CapacityOptions;
import org.mmcr.train.evaluate.FeatureSet;

/** Capacity of labelled features, one manifold per class, on a sample small enough for every evaluation. */
public final class ClassCapacity {
    private static final int DIRECTIONS = 200;
    /** At most 50 classes, because the time grows with their number. */
    private static final LabelledSample.Bounds BOUNDS = new LabelledSample.Bounds(2, 100, 50);

    private ClassCapacity() {}

    /** Measures the capacity; empty when fewer than two classes have at least two points. */
    public static Optional<CapacityReport> measure(FeatureSet features, long seed, int threads) {
        LabelledSample sample = LabelledSample.of(features.labels(), features.classNames(), BOUNDS, seed);
        if (sample.names().size() < 2) {
            return Optional.empty();
        }
        CapacityOptions options = new CapacityOptions(0, DIRECTIONS, seed);
        return Optional.of(
                new CapacityRun(options, threads).measure(sample.of(features.features()), (stage, done, total) -> {}));
    }
}
