package org.mmcr.explorer;

import java.util.List;
import org.mmcr.explorer.labelling.HeldOutAccuracy;
import org.mmcr.explorer.labelling.Labels;

/**
 * Labels without the list of pictures.
 *
 * @param names in the order of their first use
 * @param counts pictures of each
 * @param labelled pictures that have one
 * @param missing pictures drawn at random that still need a label before accuracy is measured
 * @param undo what would be taken back next; empty for nothing
 */
record LabelSummary(List<String> names, List<Integer> counts, int labelled, int missing, String undo) {
    static final LabelSummary NONE = new LabelSummary(List.of(), List.of(), 0, HeldOutAccuracy.FEWEST, "");

    static LabelSummary of(Labels labels) {
        return new LabelSummary(
                labels.names(),
                labels.counts(),
                labels.size(),
                Math.max(0, HeldOutAccuracy.FEWEST - labels.random().cardinality()),
                labels.undoable().orElse(""));
    }
}
