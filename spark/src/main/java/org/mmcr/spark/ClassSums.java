package org.mmcr.spark;

import java.io.Serializable;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Result of one or more tasks: a Gram matrix for each class, or the first error in the data.
 *
 * <p>An error in the data is a result and not an exception, because Spark would retry the task three times in vain.
 */
final class ClassSums implements Serializable {
    private static final long serialVersionUID = 1;
    /** Limit of the Gram matrices in a task, in bytes. */
    static final long MOST_BYTES = 1L << 30;

    private final TreeMap<String, GramSum> byClass = new TreeMap<>();
    private String fault = "";

    /**
     * Sums one partition.
     *
     * @param perClass whether there is one sum for each label; otherwise one sum for all, under ""
     */
    static ClassSums of(Iterator<EmbeddedSample> samples, boolean perClass) {
        ClassSums sums = new ClassSums();
        Map<String, CentroidBlock> blocks = new TreeMap<>();
        while (samples.hasNext() && sums.fault.isEmpty()) {
            EmbeddedSample sample = samples.next();
            sums.take(blocks, sample, perClass ? sample.label() : "");
        }
        if (sums.fault.isEmpty()) {
            blocks.forEach((label, block) -> sums.byClass.put(label, block.sum()));
        }
        return sums;
    }

    private void take(Map<String, CentroidBlock> blocks, EmbeddedSample sample, String label) {
        if (sample.views().length == 0 || sample.views()[0].length == 0) {
            fault = "expected an embedding, found none; in " + sample.name();
            return;
        }
        CentroidBlock block = blocks.get(label);
        if (block == null) {
            int dimension = sample.views()[0].length;
            // A block holds its rows and their product besides the sum.
            long most = Math.max(1, MOST_BYTES / (GramSum.bytes(dimension) + 24L * dimension * dimension));
            if (blocks.size() >= most) {
                fault = "expected at most " + most + " classes of " + dimension + "-dimensional embeddings, found more;"
                        + " select some of them, or omit --per-class; at " + sample.name();
                return;
            }
            block = new CentroidBlock(dimension, sample.views().length);
            blocks.put(label, block);
        }
        block.add(sample.views()).ifPresent(found -> fault = found + "; in " + sample.name());
    }

    /** Adds the result of another part of the data. */
    ClassSums add(ClassSums other) {
        if (fault.isEmpty()) {
            fault = other.fault;
        }
        if (fault.isEmpty()) {
            other.byClass.forEach(this::add);
        }
        return this;
    }

    private void add(String label, GramSum part) {
        GramSum own = byClass.get(label);
        if (own == null) {
            byClass.put(label, part);
        } else if (own.fits(part)) {
            own.add(part);
        } else {
            fault = "expected embeddings of one shape, found " + own.views() + " views of " + own.dimension()
                    + " numbers and " + part.views() + " views of " + part.dimension()
                    + "; in different files or parts";
        }
    }

    Optional<String> fault() {
        return fault.isEmpty() ? Optional.empty() : Optional.of(fault);
    }

    /** Sums by label, in order. */
    Map<String, GramSum> byClass() {
        return byClass;
    }

    /** Sum over all classes, empty if there are no samples. */
    Optional<GramSum> total() {
        Optional<GramSum> total =
                byClass.values().stream().findFirst().map(first -> new GramSum(first.dimension(), first.views()));
        total.ifPresent(sum -> byClass.values().stream().filter(sum::fits).forEach(sum::add));
        return total;
    }

    /** Whether the embeddings of all classes have the same shape. */
    boolean alike() {
        return byClass.values().stream()
                .allMatch(sum -> sum.fits(byClass.firstEntry().getValue()));
    }
}
