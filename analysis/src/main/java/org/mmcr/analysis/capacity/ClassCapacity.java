package org.mmcr.analysis.capacity;

import java.util.Optional;
import org.mmcr.core.capacity.CapacityOptions;
import org.mmcr.core.capacity.ManifoldCapacity.CostlyPoint;
import org.mmcr.train.evaluate.FeatureSet;

/** Capacity of labelled features, one manifold per class, on a sample small enough for every evaluation. */
public final class ClassCapacity {
    private static final int DIRECTIONS = 200;
    /** At most 50 classes, because the time grows with their number. */
    private static final LabelledSample.Bounds BOUNDS = new LabelledSample.Bounds(2, 100, 50);

    /** More points where single ones are looked for. */
    private static final LabelledSample.Bounds SEARCHED = new LabelledSample.Bounds(2, 200, 50);

    private ClassCapacity() {}

    /** Measures the capacity; empty when fewer than two classes have at least two points. */
    public static Optional<CapacityReport> measure(FeatureSet features, long seed, int threads) {
        return measure(features, BOUNDS, new CapacityOptions(0, DIRECTIONS, seed), threads);
    }

    /**
     * Measures the capacity of at most 200 points of each class, and finds those that cost most. The index of a
     * {@link CostlyPoint} is its row in the features.
     *
     * @param points how many are listed
     */
    public static Optional<CapacityReport> withCostliest(FeatureSet features, int points, long seed, int threads) {
        return measure(features, SEARCHED, new CapacityOptions(0, DIRECTIONS, seed, points), threads);
    }

    private static Optional<CapacityReport> measure(
            FeatureSet features, LabelledSample.Bounds bounds, CapacityOptions options, int threads) {
        LabelledSample sample = LabelledSample.of(features.labels(), features.classNames(), bounds, options.seed());
        if (sample.names().size() < 2) {
            return Optional.empty();
        }
        CapacityReport report =
                new CapacityRun(options, threads).measure(sample.of(features.features()), (stage, done, total) -> {});
        return Optional.of(report.withPoints(sample::row));
    }
}
