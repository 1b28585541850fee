package org.mmcr.analysis.capacity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.core.capacity.ManifoldSource;
import org.mmcr.core.capacity.Matrix;
import org.mmcr.core.capacity.SeededRandom;
import org.mmcr.core.capacity.SeededRandom.Purpose;
import org.mmcr.data.RandomIndices;

/**
 * A random sample of each class.
 *
 * @param names names of the classes in the sample
 * @param rows indices of the samples, class by class
 * @param ends where each class ends in {@code rows}
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of data, never compared
record LabelledSample(List<String> names, int[] rows, int[] ends) {
    /**
     * Bounds of a sample.
     *
     * @param fewest least number of samples of a class; smaller classes are left out
     * @param most largest number of samples of a class
     * @param classes largest number of classes; the first ones are taken
     */
    record Bounds(int fewest, int most, int classes) {}

    /**
     * Draws a sample.
     *
     * @param labels index into {@code classNames} for every sample, negative for an unlabelled one
     */
    static LabelledSample of(int[] labels, List<String> classNames, Bounds bounds, long seed) {
        List<String> names = new ArrayList<>();
        IntStream.Builder rows = IntStream.builder();
        List<Integer> ends = new ArrayList<>();
        int taken = 0;
        for (int label = 0; label < classNames.size() && names.size() < bounds.classes(); label++) {
            int wanted = label;
            int[] members = IntStream.range(0, labels.length)
                    .filter(i -> labels[i] == wanted)
                    .toArray();
            if (members.length >= bounds.fewest()) {
                for (int chosen : choose(members.length, bounds.most(), seed, label)) {
                    rows.add(members[chosen]);
                    taken++;
                }
                names.add(classNames.get(label));
                ends.add(taken);
            }
        }
        return new LabelledSample(
                names,
                rows.build().toArray(),
                ends.stream().mapToInt(Integer::intValue).toArray());
    }

    /**
     * Returns at most {@code wanted} of the numbers below {@code size} in ascending order; every set is equally
     * likely.
     */
    static int[] choose(int size, int wanted, long seed, int manifold) {
        int[] chosen = RandomIndices.choose(size, wanted, SeededRandom.generator(seed, Purpose.POINTS, manifold));
        Arrays.sort(chosen);
        return chosen;
    }

    /** Returns the index of the sample that is a class's point with an index. */
    int row(String name, int point) {
        int manifold = names.indexOf(name);
        return rows[(manifold == 0 ? 0 : ends[manifold - 1]) + point];
    }

    /**
     * Returns the manifolds of the sample's rows of all features.
     *
     * @param features float32 (N, F), not modified, kept alive by the caller
     */
    ManifoldSource of(Tensor features) {
        return manifolds(rows, features, 0, Math.toIntExact(features.size(1)));
    }

    /** Returns the manifolds of some columns of features that were computed for this sample alone, in its order. */
    ManifoldSource of(Tensor features, int column, int width) {
        return manifolds(IntStream.range(0, rows.length).toArray(), features, column, width);
    }

    private ManifoldSource manifolds(int[] rows, Tensor features, int column, int width) {
        return ManifoldSource.of(names, manifold -> {
            int from = manifold == 0 ? 0 : ends[manifold - 1];
            Matrix points = Matrix.zeros(ends[manifold] - from, width);
            float[] row = new float[width];
            long length = features.size(1);
            try (FloatPointer all = features.data_ptr_float()) {
                for (int i = 0; i < points.rows(); i++) {
                    all.position(rows[from + i] * length + column).get(row);
                    for (int d = 0; d < width; d++) {
                        points.values()[i * width + d] = row[d];
                    }
                }
            }
            return points;
        });
    }
}
