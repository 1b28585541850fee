package org.mmcr.core.capacity;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.mmcr.core.MmcrException;

/** Groups labelled rows of an array into manifolds, one per label in ascending order. */
final class LabelledPoints {
    private LabelledPoints() {}

    /** Copies a row into an array. */
    interface RowReader {
        void copy(int row, double[] to, int offset);
    }

    /**
     * Groups rows by label.
     *
     * @param lengths number of entries of each row
     * @throws MmcrException if there are no rows, rows differ in length, or labels differ in number
     */
    static ManifoldSource of(int[] lengths, int[] labels, RowReader reader) {
        if (lengths.length != labels.length || lengths.length == 0) {
            throw new MmcrException("expected a label for each of at least one point, found " + labels.length
                    + " labels for " + lengths.length + " points; give one label per row");
        }
        Map<Integer, IntStream.Builder> classes = new TreeMap<>();
        for (int i = 0; i < labels.length; i++) {
            if (lengths[i] != lengths[0]) {
                throw new MmcrException("expected rows of one length, found " + lengths[0] + " numbers in row 0 and "
                        + lengths[i] + " in row " + i + "; give every point the same dimensions");
            }
            classes.computeIfAbsent(labels[i], label -> IntStream.builder()).add(i);
        }
        List<String> names = new ArrayList<>();
        List<int[]> rows = new ArrayList<>();
        classes.forEach((label, members) -> {
            names.add(String.valueOf(label));
            rows.add(members.build().toArray());
        });
        return ManifoldSource.of(names, manifold -> points(rows.get(manifold), lengths[0], reader));
    }

    private static Matrix points(int[] members, int width, RowReader reader) {
        Matrix points = Matrix.zeros(members.length, width);
        for (int i = 0; i < members.length; i++) {
            reader.copy(members[i], points.values(), i * width);
        }
        return points;
    }
}
