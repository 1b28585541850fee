package org.mmcr.explorer.labelling;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A snapshot of all labels.
 *
 * @param revision grows with every action
 * @param names of the labels, in the order of their first use
 * @param counts number of pictures of each label, at least 1
 * @param of index into {@code names} for every picture, -1 where it has none
 * @param random labelled pictures that were drawn at random
 * @param undoable the action that undo reverts
 * @param redoable the reverted action that redo applies again
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; not modified after it is made
public record Labels(
        long revision,
        List<String> names,
        List<Integer> counts,
        int[] of,
        BitSet random,
        Optional<Change> undoable,
        Optional<Change> redoable) {
    /**
     * An action that changed labels.
     *
     * @param number unique and at least 1; an action that is done again keeps it
     * @param description in a few words
     */
    public record Change(long number, String description) {}

    public Labels {
        names = List.copyOf(names);
        counts = List.copyOf(counts);
    }

    /** Returns the indices of the labelled pictures, ascending. */
    public int[] labelled() {
        return IntStream.range(0, of.length).filter(i -> of[i] >= 0).toArray();
    }

    /** Returns the number of labelled pictures. */
    public int size() {
        return counts.stream().mapToInt(Integer::intValue).sum();
    }
}
