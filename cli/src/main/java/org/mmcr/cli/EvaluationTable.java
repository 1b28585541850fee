package org.mmcr.cli;

import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.mmcr.evaluate.Evaluation;
import org.mmcr.evaluate.Score;
import org.mmcr.evaluate.Scores;

/** An evaluation for a person: what was learned, beside what costs nothing. */
final class EvaluationTable {
    private EvaluationTable() {}

    static void print(Evaluation evaluation, PrintWriter text) {
        text.printf(
                "top-1 accuracy on %,d test pictures, %,d labelled training pictures%n",
                evaluation.test().pictures(), evaluation.train().pictures());
        text.printf("%-20s %8s %8s %8s%n", "", "kNN 200", "kNN 20", "linear");
        row(text, "trained encoder", evaluation.trained());
        evaluation.untrained().ifPresent(scores -> row(text, "untrained encoder", scores));
        evaluation.pixels().ifPresent(scores -> row(text, "raw pixels", scores));
        notes(evaluation).forEach(note -> text.println("note: " + note));
    }

    private static void row(PrintWriter text, String name, Scores scores) {
        text.println(String.format(
                Locale.ROOT,
                "%-20s %6.1f %% %6.1f %% %6.1f %%",
                name,
                100 * scores.knn().top1(),
                100 * scores.knn20().top1(),
                100 * scores.linear().top1()));
    }

    private static Set<String> notes(Evaluation evaluation) {
        Set<String> notes = new LinkedHashSet<>(evaluation.notes());
        Stream.of(evaluation.knn(), evaluation.knn20(), evaluation.linear())
                .map(Score::notes)
                .forEach(notes::addAll);
        return notes;
    }
}
