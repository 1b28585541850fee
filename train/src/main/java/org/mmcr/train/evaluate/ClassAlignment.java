package org.mmcr.train.evaluate;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mmcr.core.MmcrException;

/**
 * One numbering of classes for two labelled sets, matched by name. It is the bank's numbering. The queries may order
 * their classes differently and may lack some. A query of a class that the bank does not name is an error, because it
 * could never be predicted correctly. A class that it names may have no row: the bank of a monitor is small, and lacks
 * one by chance.
 *
 * @param classNames the bank's class names
 * @param bank labels of the bank in this numbering
 * @param queries labels of the queries in this numbering
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; boxed lists of labels would be wasteful
record ClassAlignment(List<String> classNames, int[] bank, int[] queries) {
    private static final int NAMED_CLASSES = 10;

    static ClassAlignment of(FeatureSet bank, FeatureSet queries) {
        bank.requireLabelled("training");
        queries.requireLabelled("test");
        if (bank.width() != queries.width()) {
            throw new MmcrException(
                    "expected equally wide features, found " + bank.width() + " for the training data and "
                            + queries.width() + " for the test data; extract both with the same encoder and size");
        }
        return new ClassAlignment(bank.classNames(), bank.labels(), translate(bank.classNames(), queries));
    }

    private static int[] translate(List<String> known, FeatureSet queries) {
        Map<String, Integer> index = new HashMap<>();
        for (int c = 0; c < known.size(); c++) {
            index.put(known.get(c), c);
        }
        int[] table = queries.classNames().stream()
                .mapToInt(name -> index.getOrDefault(name, FeatureSet.UNLABELLED))
                .toArray();
        int[] labels = new int[queries.size()];
        boolean[] missing = new boolean[table.length];
        boolean anyMissing = false;
        for (int row = 0; row < labels.length; row++) {
            int own = queries.labels()[row];
            labels[row] = table[own];
            missing[own] |= table[own] == FeatureSet.UNLABELLED;
            anyMissing |= missing[own];
        }
        if (anyMissing) {
            throw unknownClasses(known, queries.classNames(), missing);
        }
        return labels;
    }

    private static MmcrException unknownClasses(List<String> known, List<String> names, boolean[] missing) {
        List<String> unknown = new ArrayList<>();
        for (int c = 0; c < missing.length; c++) {
            if (missing[c]) {
                unknown.add(names.get(c));
            }
        }
        return unknown(known, unknown);
    }

    /** Returns the error of test classes that are not among those of the training data. */
    static MmcrException unknown(Collection<String> known, Collection<String> unknown) {
        return new MmcrException("expected the test classes among the training classes " + shortened(known)
                + ", found also " + shortened(unknown)
                + "; name the classes alike in both, or add training samples of each");
    }

    private static String shortened(Collection<String> names) {
        List<String> shown = names.stream().limit(NAMED_CLASSES).toList();
        return shown + (shown.size() < names.size() ? " and " + (names.size() - shown.size()) + " more" : "");
    }
}
