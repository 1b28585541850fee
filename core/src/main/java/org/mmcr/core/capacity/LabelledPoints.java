package org.mmcr.core.capacity;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.mmcr.core.MmcrException;

/**
 * Labelled rows of an array as manifolds, one per label in ascending order.
 *
 * @param names the labels as text
 * @param rows the indices of the rows of each label
 * @param width numbers of a row
 * @param reader copies a row into an array
 */
record LabelledPoints(List<String> names, List<int[]> rows, int width, RowReader reader) implements ManifoldSource {
    /** Copies a row of {@code width} numbers. */
    interface RowReader {
        void copy(int row, double[] to, int offset);
    }

    /**
     * Groups rows by label.
     *
     * @param lengths number of entries of each row
     * @throws MmcrException if there are no rows, rows differ in length, or labels differ in number
     */
    static LabelledPoints of(int[] lengths, int[] labels, RowReader reader) {
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
        return new LabelledPoints(names, rows, lengths[0], reader);
    }

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
        int[] members = rows.get(manifold);
        Matrix points = Matrix.zeros(members.length, width);
        for (int i = 0; i < members.length; i++) {
            reader.copy(members[i], points.values(), i * width);
        }
        return points;
    }
}
