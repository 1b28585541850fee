package org.mmcr.data;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Labels as written in a table, one a row or none at all; an empty one is a row without a label. Classes are the values that
 * occur, in the order of numbers when all of them are whole numbers, else of text.
 *
 * @param names of the classes, in order
 * @param indices one a row into {@code names}, -1 for a row without a label; empty for a table without labels
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ClassLabels(List<String> names, int[] indices) {
    static ClassLabels none() {
        return new ClassLabels(List.of(), new int[0]);
    }

    static ClassLabels of(List<String> labels) {
        boolean whole = labels.stream().allMatch(label -> label.matches("-?\\d{1,18}|"));
        Comparator<String> order = whole ? Comparator.comparing(Long::valueOf) : Comparator.naturalOrder();
        List<String> names = labels.stream()
                .filter(label -> !label.isEmpty())
                .distinct()
                .sorted(order)
                .toList();
        Map<String, Integer> index = new HashMap<>();
        names.forEach(name -> index.put(name, index.size()));
        return new ClassLabels(
                names,
                labels.stream().mapToInt(label -> index.getOrDefault(label, -1)).toArray());
    }

    OptionalInt at(int row) {
        return indices.length == 0 || indices[row] < 0 ? OptionalInt.empty() : OptionalInt.of(indices[row]);
    }
}
