package org.mmcr.cli;

import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.mmcr.analysis.embeddings.Analysis;
import org.mmcr.train.evaluate.Evaluation;
import org.mmcr.train.evaluate.FewLabels;
import org.mmcr.train.evaluate.Score;
import org.mmcr.train.evaluate.Scores;

/** An evaluation for a person: what was learned, beside what costs nothing. */
final class EvaluationTable {
    /** The verdict begins with what matters most. */
    private static final int SENTENCES = 2;

    private EvaluationTable() {}

    static void print(RunEvaluation.Measured measured, PrintWriter text) {
        Evaluation evaluation = measured.evaluation();
        text.printf(
                "top-1 accuracy on %,d test %s, %,d labelled for training%n",
                evaluation.test().pictures(),
                evaluation.test().kind(),
                evaluation.train().pictures());
        text.printf("%-20s %8s %8s %8s%n", "", "kNN 200", "kNN 20", "linear");
        row(text, "trained encoder", evaluation.trained());
        evaluation.untrained().ifPresent(scores -> row(text, "untrained encoder", scores));
        evaluation.pixels().ifPresent(scores -> row(text, "raw pixels", scores));
        evaluation.columns().ifPresent(scores -> row(text, "standardised columns", scores));
        evaluation.fewLabel().forEach(few -> fewLabels(few, text));
        notes(evaluation).forEach(note -> text.println("note: " + note));
        measured.analysis().ifPresent(analysis -> theory(analysis, text));
    }

    private static void theory(Analysis analysis, PrintWriter text) {
        text.printf(
                "%d views of each of %,d training samples, as the objective sees them:%n",
                analysis.centroids().views(), analysis.centroids().samples());
        analysis.verdict().stream().limit(SENTENCES).forEach(sentence -> text.println("- " + sentence));
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

    private static void fewLabels(FewLabels few, PrintWriter text) {
        text.println(String.format(
                Locale.ROOT,
                "%d labels of each class, %-20s  kNN 20: %.1f ± %.1f %%  linear: %.1f ± %.1f %%",
                few.labelsPerClass(),
                few.features(),
                100 * few.knn20().mean(),
                100 * few.knn20().std(),
                100 * few.linear().mean(),
                100 * few.linear().std()));
    }

    private static Set<String> notes(Evaluation evaluation) {
        Set<String> notes = new LinkedHashSet<>(evaluation.notes());
        Stream.of(evaluation.knn(), evaluation.knn20(), evaluation.linear())
                .map(Score::notes)
                .forEach(notes::addAll);
        return notes;
    }
}
