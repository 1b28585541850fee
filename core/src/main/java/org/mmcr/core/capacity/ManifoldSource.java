package org.mmcr.core.capacity;

import java.util.Arrays;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;

/**
 * Manifolds that are read one at a time, so that all of them need not fit into memory. Points are asked for more than once, from
 * several threads, and must be the same each time.
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

    /** P. */
    int count();

    /** What messages and results call a manifold. */
    String name(int manifold);

    /** Points (m, N), which the caller does not change; m may differ between manifolds, N may not. */
    Matrix points(int manifold);
}
