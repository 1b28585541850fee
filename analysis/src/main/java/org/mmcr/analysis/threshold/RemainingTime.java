package org.mmcr.analysis.threshold;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The time that is left, by the estimate of each training, corrected by what the finished ones took. */
final class RemainingTime {
    private final ToDoubleFunction<ThresholdGrid.Cell> estimate;
    private final long began = System.nanoTime();
    private double estimated;

    RemainingTime(ToDoubleFunction<ThresholdGrid.Cell> estimate) {
        this.estimate = estimate;
    }

    /** A training that was not known before is done. */
    void done(ThresholdGrid.Cell cell) {
        estimated += estimate.applyAsDouble(cell);
    }

    String text(List<ThresholdGrid.Cell> left) {
        double factor = estimated > 0 ? (System.nanoTime() - began) * 1e-9 / estimated : 1;
        return words(factor * left.stream().mapToDouble(estimate).sum());
    }

    /** Writes a duration in minutes or hours. */
    static String words(double seconds) {
        double minutes = seconds / 60;
        if (minutes < 1.5) {
            return "1 minute";
        }
        return minutes < 90
                ? String.format(Locale.ROOT, "%.0f minutes", minutes)
                : String.format(Locale.ROOT, "%.1f hours", minutes / 60);
    }
}
