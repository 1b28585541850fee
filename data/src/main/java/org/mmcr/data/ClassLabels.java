package org.mmcr.data;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Labels as written beside the data, one a sample or none at all; an empty one is a sample without a label. Classes are the
 * values that occur, in the order of numbers when all of them are whole numbers, else of text.
 *
 * @param names of the classes, in order
 * @param indices one a sample into {@code names}, -1 for a sample without a label; empty for data without labels
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
        return index(names, labels);
    }

    /** The same when the classes are known; labels that are none of them come after. */
    static ClassLabels of(List<String> labels, List<String> declared) {
        Set<String> known = Set.copyOf(declared);
        List<String> others =
                labels.stream().filter(label -> !known.contains(label)).toList();
        return declared.isEmpty()
                ? of(labels)
                : index(
                        Stream.concat(declared.stream(), of(others).names().stream())
                                .toList(),
                        labels);
    }

    private static ClassLabels index(List<String> names, List<String> labels) {
        Map<String, Integer> index = new HashMap<>();
        names.forEach(name -> index.put(name, index.size()));
        return names.isEmpty()
                ? none()
                : new ClassLabels(
                        names,
                        labels.stream()
                                .mapToInt(label -> index.getOrDefault(label, -1))
                                .toArray());
    }

    /** The first folder of each name, when every name has one. */
    static ClassLabels ofFolders(List<String> files) {
        return files.stream().allMatch(name -> name.contains("/"))
                ? of(files.stream()
                        .map(name -> name.substring(0, name.indexOf('/')))
                        .toList())
                : none();
    }

    OptionalInt at(int row) {
        return indices.length == 0 || indices[row] < 0 ? OptionalInt.empty() : OptionalInt.of(indices[row]);
    }
}
