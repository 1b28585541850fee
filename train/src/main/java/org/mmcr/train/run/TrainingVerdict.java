package org.mmcr.train.run;

import java.util.Locale;

/** A plain sentence about how far a run has trained, for the terminal and the page. */
public final class TrainingVerdict {
    /** Passes over the data from which more training changes accuracy slowly, as in the measured runs of the docs. */
    private static final double ENOUGH = 20;

    private TrainingVerdict() {}

    /**
     * Returns the number of passes over the data and the advice that follows from it, without a full stop.
     *
     * @return empty for a run without steps
     */
    public static String of(TrainingTotals totals) {
        if (totals.epochs() <= 0) {
            return "";
        }
        String passes = String.format(Locale.ROOT, "%.1f passes over the data", totals.epochs());
        if (!totals.finished()) {
            return passes + " so far";
        }
        if (totals.epochs() >= ENOUGH) {
            return passes + "; enough to use the encoder";
        }
        double seconds = totals.seconds() / totals.epochs() * (ENOUGH - totals.epochs());
        return passes + "; train about " + duration(seconds) + " more";
    }

    private static String duration(double seconds) {
        if (seconds < 90) {
            return "a minute";
        }
        double minutes = seconds / 60;
        return minutes < 90
                ? String.format(Locale.ROOT, "%.0f minutes", minutes)
                : String.format(Locale.ROOT, "%.0f hours", Math.max(2, minutes / 60));
    }
}
