package org.mmcr.data;

import java.text.Normalizer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Labels of the samples of a source. Classes are the values that occur, in numerical order if all are whole numbers,
 * else in alphabetical order.
 *
 * @param names names of the classes, in order
 * @param indices for each sample an index into {@code names}, or -1 without a label; empty for data without labels
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ClassLabels(List<String> names, int[] indices) {
    /** Labels of unlabelled data. */
    static final ClassLabels NONE = new ClassLabels(List.of(), new int[0]);

    /** Returns the labels of samples, where an empty text is a sample without a label. */
    static ClassLabels of(List<String> given) {
        return of(given, List.of());
    }

    /** Returns the classes that occur, in order. */
    private static List<String> sorted(List<String> labels) {
        boolean whole = labels.stream().allMatch(label -> label.matches("-?\\d{1,18}|"));
        Comparator<String> order = whole ? Comparator.comparing(Long::valueOf) : Comparator.naturalOrder();
        return labels.stream()
                .filter(label -> !label.isEmpty())
                .distinct()
                .sorted(order)
                .toList();
    }

    /** Returns labels in Unicode's composed form, and whole numbers without decimals: {@code 1.0} equals {@code 1}. */
    private static List<String> canonical(List<String> labels) {
        boolean whole = labels.stream().allMatch(label -> label.matches("-?\\d{1,18}(\\.0*)?|"));
        return labels.stream()
                .map(label ->
                        whole ? label.replaceFirst("\\.0*$", "") : Normalizer.normalize(label, Normalizer.Form.NFC))
                .toList();
    }

    /** Returns the labels with the declared classes first; other values follow as classes of their own. */
    static ClassLabels of(List<String> given, List<String> declaredNames) {
        // Together, so that labels and names are written alike: 1.0 stays among names of fractions.
        List<String> all =
                canonical(Stream.concat(given.stream(), declaredNames.stream()).toList());
        List<String> labels = all.subList(0, given.size());
        List<String> declared = all.subList(given.size(), all.size());
        Set<String> known = Set.copyOf(declared);
        List<String> others =
                labels.stream().filter(label -> !known.contains(label)).toList();
        return index(Stream.concat(declared.stream(), sorted(others).stream()).toList(), labels);
    }

    private static ClassLabels index(List<String> names, List<String> labels) {
        Map<String, Integer> index = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            index.putIfAbsent(names.get(i), i); // the names of some data include one twice
        }
        return names.isEmpty()
                ? NONE
                : new ClassLabels(
                        names,
                        labels.stream()
                                .mapToInt(label -> index.getOrDefault(label, -1))
                                .toArray());
    }

    /** Returns the first folder of each name as its label, if every name has one. */
    static ClassLabels ofFolders(List<String> files) {
        return files.stream().allMatch(name -> name.contains("/"))
                ? of(files.stream()
                        .map(name -> name.substring(0, name.indexOf('/')))
                        .toList())
                : NONE;
    }

    /** Returns the class of a sample. */
    OptionalInt at(int row) {
        return indices.length == 0 || indices[row] < 0 ? OptionalInt.empty() : OptionalInt.of(indices[row]);
    }
}
