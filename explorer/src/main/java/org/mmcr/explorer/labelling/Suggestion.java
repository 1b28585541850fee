package org.mmcr.explorer.labelling;

/**
 * A picture that is worth asking about.
 *
 * @param picture its index
 * @param reason why
 */
public record Suggestion(int picture, Reason reason) {
    /** Why a picture is asked about. */
    public enum Reason {
        /** Stands for a group of pictures none of which has a label. */
        TYPICAL,
        /** The head hesitates between two labels. */
        UNSURE,
        /** Drawn at random: measures accuracy. */
        RANDOM
    }
}
