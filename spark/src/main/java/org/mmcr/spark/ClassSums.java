package org.mmcr.spark;

import java.io.Serializable;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What executors hand on: a Gram matrix for each class, or the first fault found.
 *
 * <p>A fault in the data is handed on as a result. Thrown, it would have its task tried again, three times in vain.
 */
final class ClassSums implements Serializable {
    private static final long serialVersionUID = 1;
    /** Of the Gram matrices that one task holds. */
    static final long MOST_BYTES = 1L << 30;

    private final TreeMap<String, GramSum> byClass = new TreeMap<>();
    private String fault = "";

    /**
     * Sums up one partition.
     *
     * @param perClass one sum for each label; otherwise one for all, under ""
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
            // Beside the sum a block holds its rows and their product.
            long most = Math.max(1, MOST_BYTES / (GramSum.bytes(dimension) + 24L * dimension * dimension));
            if (blocks.size() >= most) {
                fault = "expected at most " + most + " classes of " + dimension + "-dimensional embeddings, found more;"
                        + " choose some of them, or leave --per-class out; at " + sample.name();
                return;
            }
            block = new CentroidBlock(dimension, sample.views().length);
            blocks.put(label, block);
        }
        block.add(sample.views()).ifPresent(found -> fault = found + "; in " + sample.name());
    }

    /** Takes in what another part of the data came to. */
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

    /** The sums by label, in order. */
    Map<String, GramSum> byClass() {
        return byClass;
    }

    /** All classes together, empty when there is nothing. */
    Optional<GramSum> total() {
        Optional<GramSum> total =
                byClass.values().stream().findFirst().map(first -> new GramSum(first.dimension(), first.views()));
        total.ifPresent(sum -> byClass.values().stream().filter(sum::fits).forEach(sum::add));
        return total;
    }

    /** Whether all classes have embeddings of one shape. */
    boolean alike() {
        return byClass.values().stream()
                .allMatch(sum -> sum.fits(byClass.firstEntry().getValue()));
    }
}
