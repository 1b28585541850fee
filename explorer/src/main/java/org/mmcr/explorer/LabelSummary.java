package org.mmcr.explorer;

import java.util.List;
import org.mmcr.explorer.labelling.HeldOutAccuracy;
import org.mmcr.explorer.labelling.Labels;

/**
 * The labels as the page shows them: names and counts, without the pictures.
 *
 * @param names in the order of their first use
 * @param counts pictures of each
 * @param labelled number of labelled pictures
 * @param missing number of random pictures to label before accuracy can be measured
 * @param undo the action that undo reverts
 * @param redo the reverted action that redo applies again
 */
record LabelSummary(
        List<String> names, List<Integer> counts, int labelled, int missing, Labels.Change undo, Labels.Change redo) {
    /** There is no such action. */
    private static final Labels.Change NOTHING = new Labels.Change(0, "");

    static final LabelSummary NONE =
            new LabelSummary(List.of(), List.of(), 0, HeldOutAccuracy.FEWEST, NOTHING, NOTHING);

    static LabelSummary of(Labels labels) {
        return new LabelSummary(
                labels.names(),
                labels.counts(),
                labels.size(),
                Math.max(0, HeldOutAccuracy.FEWEST - labels.random().cardinality()),
                labels.undoable().orElse(NOTHING),
                labels.redoable().orElse(NOTHING));
    }
}
