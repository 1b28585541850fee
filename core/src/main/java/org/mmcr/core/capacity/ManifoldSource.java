package org.mmcr.core.capacity;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;

/**
 * A source of manifolds that are read one at a time, so that they need not fit into memory together. Points are read
 * more than once, by several threads, and must be the same each time.
 */
@API(status = API.Status.STABLE)
public interface ManifoldSource {
    /**
     * Returns the classes of labelled points, in ascending order of their labels.
     *
     * @param points (M, N), one row per point, not copied
     * @param labels (M), the class of each point
     * @throws MmcrException if there are no points, rows differ in length, or the numbers of points and labels differ
     */
    static ManifoldSource of(double[][] points, int[] labels) {
        return LabelledPoints.of(
                Arrays.stream(points).mapToInt(row -> row.length).toArray(),
                labels,
                (row, to, offset) -> System.arraycopy(points[row], 0, to, offset, points[row].length));
    }

    /**
     * Returns the classes of labelled points, in ascending order of their labels.
     *
     * @param points (M, N), one row per point, not copied
     * @param labels (M), the class of each point
     * @throws MmcrException if there are no points, rows differ in length, or the numbers of points and labels differ
     */
    static ManifoldSource of(float[][] points, int[] labels) {
        return LabelledPoints.of(
                Arrays.stream(points).mapToInt(row -> row.length).toArray(), labels, (row, to, offset) -> {
                    for (int d = 0; d < points[row].length; d++) {
                        to[offset + d] = points[row][d];
                    }
                });
    }

    /**
     * Returns manifolds with names.
     *
     * @param reader returns the points (m, N) of the manifold with an index
     */
    static ManifoldSource of(List<String> names, IntFunction<Matrix> reader) {
        return new ManifoldSource() {
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
                return reader.apply(manifold);
            }
        };
    }

    /** Returns the number of manifolds, P. */
    int count();

    /** Returns the name of a manifold in messages and results. */
    String name(int manifold);

    /** Returns the points (m, N), which the caller does not modify; m may differ between manifolds, N may not. */
    Matrix points(int manifold);
}
