package org.mmcr.analysis.comparison;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.mmcr.analysis.embeddings.Information;
import org.mmcr.analysis.trials.MeanOverRuns;

/**
 * A row of the table.
 *
 * @param name key in the documents
 * @param title heading in words
 * @param unit how a value is written
 */
public record ComparisonFigure(String name, String title, Unit unit) {
    /** How a value is written. */
    public enum Unit {
        /** A fraction, shown in percent. */
        PERCENT,
        /** A number with three digits. */
        NUMBER,
        /** A count with separators. */
        COUNT
    }

    static final String LINEAR = "linear";
    static final String KNN_20 = "knn20";
    static final String KNN_200 = "knn200";
    static final String PERCENT_ERROR = "percent_error";
    static final String ALIGNMENT = "alignment";
    static final String UNIFORMITY = "uniformity";
    static final String VALIDATION = "validation_linear";

    /** The rows for these numbers of labels per class. */
    static List<ComparisonFigure> all(List<Integer> labelsPerClass) {
        List<ComparisonFigure> rows = new ArrayList<>(List.of(
                percent(LINEAR, "linear probe"), percent(KNN_20, "kNN, k = 20"), percent(KNN_200, "kNN, k = 200")));
        for (int labels : labelsPerClass) {
            rows.add(percent(
                    fewLabels(labels), "linear, " + labels + (labels == 1 ? " label" : " labels") + " per class"));
        }
        rows.addAll(List.of(
                percent(atEqualViews(KNN_20), "kNN, k = 20, at equal views"),
                number("capacity", "capacity"),
                number("capacity_median", "capacity, median of classes"),
                number("radius", "radius"),
                number("radius_median", "radius, median of classes"),
                number("dimension", "dimension"),
                number("dimension_median", "dimension, median of classes"),
                percent(PERCENT_ERROR, "percent error of the bound"),
                percent(atEqualViews(PERCENT_ERROR), "percent error at equal views"),
                number(ALIGNMENT, "alignment"),
                number(atEqualViews(ALIGNMENT), "alignment at equal views"),
                number(UNIFORMITY, "uniformity"),
                number(atEqualViews(UNIFORMITY), "uniformity at equal views"),
                number("mi_lower_bound", "information, nats"),
                number("infonce", "InfoNCE, nats"),
                number("effective_rank", "effective rank"),
                number("rankme", "RankMe of the features"),
                new ComparisonFigure("steps", "steps", Unit.COUNT),
                new ComparisonFigure("views", "views", Unit.COUNT),
                number("seconds_per_step", "seconds per step"),
                new ComparisonFigure("memory_mib", "memory, MiB", Unit.COUNT)));
        return rows;
    }

    static String fewLabels(int labels) {
        return "linear_labels" + labels;
    }

    /** The name of a figure that is measured along the path, at the number of views that all runs have seen. */
    static String atEqualViews(String name) {
        return name + "_equal_views";
    }

    private static ComparisonFigure percent(String name, String title) {
        return new ComparisonFigure(name, title, Unit.PERCENT);
    }

    private static ComparisonFigure number(String name, String title) {
        return new ComparisonFigure(name, title, Unit.NUMBER);
    }

    /** Writes a mean, followed by the spread if there are several values. A bound at or below zero is "none shown". */
    public String text(MeanOverRuns cell) {
        if (Information.showsNone(name, cell.mean())) {
            return Information.NONE_SHOWN;
        }
        String mean = digits(cell.mean());
        String spread = cell.sd().isPresent() ? " ± " + digits(cell.sd().getAsDouble()) : "";
        return mean + spread + (unit == Unit.PERCENT ? " %" : "");
    }

    private String digits(double value) {
        return switch (unit) {
            case PERCENT -> String.format(Locale.ROOT, "%.1f", 100 * value);
            case NUMBER -> String.format(Locale.ROOT, "%.3g", value);
            case COUNT -> String.format(Locale.ROOT, "%,.0f", value);
        };
    }
}
