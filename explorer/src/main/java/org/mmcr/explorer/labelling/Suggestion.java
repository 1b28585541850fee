package org.mmcr.explorer.labelling;

/**
 * A picture suggested for labelling.
 *
 * @param picture its index
 * @param reason why it is suggested
 */
public record Suggestion(int picture, Reason reason) {
    /** Reasons for a suggestion. */
    public enum Reason {
        /** Representative of a cluster without labels. */
        TYPICAL,
        /** The head's two most probable labels are close. */
        UNSURE,
        /** Drawn at random, to measure accuracy. */
        RANDOM
    }
}
