package org.mmcr.explorer.labelling;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * All labels at one moment.
 *
 * @param revision grows with every action
 * @param names in the order of their first use
 * @param counts pictures of each name, at least 1
 * @param of index into {@code names} for every picture, -1 where it has none
 * @param random the labelled pictures that were drawn at random
 * @param undoable what would be taken back next
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; not modified after it is made
public record Labels(
        long revision, List<String> names, List<Integer> counts, int[] of, BitSet random, Optional<String> undoable) {
    public Labels {
        names = List.copyOf(names);
        counts = List.copyOf(counts);
    }

    /** Indices of the labelled pictures, ascending. */
    public int[] labelled() {
        return IntStream.range(0, of.length).filter(i -> of[i] >= 0).toArray();
    }

    /** How many pictures have a label. */
    public int size() {
        return counts.stream().mapToInt(Integer::intValue).sum();
    }
}
