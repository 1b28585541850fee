package org.mmcr.analysis.capacity;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.mmcr.analysis.capacity.SeededRandom.Purpose;
import org.mmcr.core.capacity.ManifoldSource;
import org.mmcr.core.capacity.Matrix;
import org.mmcr.train.evaluate.FeatureSet;

/** Capacity of labelled features, each class a manifold, small enough to be measured at every evaluation. */
public final class ClassCapacity {
    private static final int POINTS = 100;
    private static final int DIRECTIONS = 200;
    private static final int FEWEST_POINTS = 2;
    /** Classes that are measured, the first in order; their number decides the time. */
    private static final int CLASSES = 50;

    private ClassCapacity() {}

    /** Points of each class, in memory. */
    private record Classes(List<String> names, List<Matrix> manifolds) implements ManifoldSource {
        @Override
        public int count() {
            return names.size();
        }

        @Override
        public String name(int manifold) {
            return names.get(manifold);
        }

        @Override
        public Matrix points(int manifold) {
            return manifolds.get(manifold);
        }
    }

    /** Empty when fewer than two classes have at least two points. */
    public static Optional<CapacityReport> measure(FeatureSet features, long seed, int threads) {
        List<Matrix> manifolds = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int label = 0; label < features.classNames().size() && names.size() < CLASSES; label++) {
            int wanted = label;
            int[] rows = IntStream.range(0, features.size())
                    .filter(row -> features.labels()[row] == wanted)
                    .toArray();
            if (rows.length >= FEWEST_POINTS) {
                int[] chosen = IntStream.of(SeededRandom.some(
                                rows.length, POINTS, SeededRandom.generator(seed, Purpose.POINTS, label)))
                        .map(i -> rows[i])
                        .toArray();
                manifolds.add(points(features, chosen));
                names.add(features.classNames().get(label));
            }
        }
        if (names.size() < 2) {
            return Optional.empty();
        }
        CapacityOptions options = new CapacityOptions(0, DIRECTIONS, seed);
        return Optional.of(
                new CapacityRun(options, threads).measure(new Classes(names, manifolds), (stage, done, total) -> {}));
    }

    private static Matrix points(FeatureSet features, int[] rows) {
        int width = features.width();
        Matrix points = Matrix.zeros(rows.length, width);
        float[] row = new float[width];
        try (FloatPointer all = features.features().data_ptr_float()) {
            for (int i = 0; i < rows.length; i++) {
                all.position((long) rows[i] * width).get(row);
                for (int d = 0; d < width; d++) {
                    points.values()[i * width + d] = row[d];
                }
            }
        }
        return points;
    }
}
