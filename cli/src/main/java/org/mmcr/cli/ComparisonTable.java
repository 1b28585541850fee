package org.mmcr.cli;

import java.io.PrintWriter;
import org.mmcr.report.evaluation.ComparisonRows;
import org.mmcr.report.evaluation.EncoderComparison;

/** A comparison of encoders as a table for the terminal: one line for each figure, one column for each encoder. */
final class ComparisonTable {
    private ComparisonTable() {}

    static void print(EncoderComparison comparison, PrintWriter text) {
        text.printf(
                "top-1 accuracy on %,d test %s, %,d labelled for training%n",
                comparison.test().pictures(),
                comparison.test().kind(),
                comparison.train().pictures());
        for (ComparisonRows.Row row : ComparisonRows.of(comparison)) {
            StringBuilder line = new StringBuilder(String.format("%-28s", row.title()));
            row.cells().forEach(cell -> line.append(String.format("  %20s", cell)));
            text.println(line);
        }
        comparison.notes().forEach(note -> text.println("note: " + note));
    }
}
