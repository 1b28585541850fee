package org.mmcr.report.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.mmcr.report.evaluation.EncoderComparison.Measured;
import org.mmcr.train.evaluate.ProtocolResult;
import org.mmcr.train.evaluate.Score;

/** The lines of a comparison as text: names of the encoders, facts about each, then the accuracies. */
public final class ComparisonRows {
    private static final String NONE = "-";

    private ComparisonRows() {}

    /**
     * One line.
     *
     * @param title the figure; empty for the names
     * @param cells one for each encoder
     */
    public record Row(String title, List<String> cells) {
        public Row {
            cells = List.copyOf(cells);
        }
    }

    /** Returns the lines of a comparison. */
    public static List<Row> of(EncoderComparison comparison) {
        List<Row> rows = new ArrayList<>();
        rows.add(row(comparison, "", Measured::name));
        rows.add(row(comparison, "input", Measured::input));
        rows.add(row(comparison, "features", one -> String.valueOf(one.features())));
        rows.add(row(
                comparison,
                "ms per sample",
                one -> number("%.2f", one.secondsPerSample().map(s -> 1000 * s))));
        rows.add(row(comparison, "capacity of the classes", one -> number("%.4f", one.capacity())));
        List<ProtocolResult> protocols = comparison.encoders().get(0).protocols();
        for (int i = 0; i < protocols.size(); i++) {
            int index = i;
            rows.add(row(
                    comparison,
                    protocols.get(i).title(),
                    one -> accuracy(one.protocols().get(index).score())));
        }
        return rows;
    }

    private static Row row(EncoderComparison comparison, String title, Function<Measured, String> cell) {
        return new Row(title, comparison.encoders().stream().map(cell).toList());
    }

    private static String number(String format, Optional<Double> value) {
        return value.map(known -> String.format(Locale.ROOT, format, known)).orElse(NONE);
    }

    private static String accuracy(Score score) {
        String spread = score.top1Std().isPresent()
                ? String.format(Locale.ROOT, " ± %.1f", 100 * score.top1Std().getAsDouble())
                : "";
        return String.format(Locale.ROOT, "%.1f%s %%", 100 * score.top1(), spread);
    }
}
