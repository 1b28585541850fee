package org.mmcr.analysis.capacity;

import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.core.capacity.ManifoldSource;
import org.mmcr.core.capacity.Matrix;

/**
 * Labelled features as manifolds, one per class.
 *
 * @param names of the classes
 * @param rows of the features, class by class
 * @param ends where each class ends in {@code rows}
 * @param features float32 (N, F), not modified, kept alive by the caller
 * @param column first feature that is used
 * @param width how many features are used
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of data, never compared
record FeatureManifolds(List<String> names, int[] rows, int[] ends, Tensor features, int column, int width)
        implements ManifoldSource {
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
    }
}
