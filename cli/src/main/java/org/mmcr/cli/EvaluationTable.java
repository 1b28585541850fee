package org.mmcr.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.mmcr.analysis.embeddings.Analysis;
import org.mmcr.report.evaluation.RunEvaluation;
import org.mmcr.train.evaluate.Evaluation;
import org.mmcr.train.evaluate.ProtocolResult;
import org.mmcr.train.evaluate.Score;

/** An evaluation as a table for the terminal: protocols in rows, subjects in columns. */
final class EvaluationTable {
    /** The verdict begins with what matters most. */
    private static final int SENTENCES = 2;

    private EvaluationTable() {}

    static void print(RunEvaluation.Result result, PrintWriter text) {
        Evaluation evaluation = result.evaluation();
        text.printf(
                "top-1 accuracy on %,d test %s, %,d labelled for training%n",
                evaluation.test().pictures(),
                evaluation.test().kind(),
                evaluation.train().pictures());
        row(
                text,
                "",
                evaluation.subjects().stream().map(Evaluation.Subject::title).toList());
        for (ProtocolResult protocol : evaluation.measured().protocols()) {
            row(
                    text,
                    protocol.title(),
                    evaluation.subjects().stream()
                            .map(subject -> accuracy(subject.score(protocol.name())))
                            .toList());
        }
        evaluation.allNotes().forEach(note -> text.println("note: " + note));
        result.analysis().ifPresent(analysis -> theory(analysis, text));
    }

    private static void theory(Analysis analysis, PrintWriter text) {
        text.printf(
                "%d views of each of %,d training samples, as the objective sees them:%n",
                analysis.centroids().views(), analysis.centroids().samples());
        analysis.verdict().stream().limit(SENTENCES).forEach(sentence -> text.println("- " + sentence));
    }

    private static void row(PrintWriter text, String name, List<String> cells) {
        StringBuilder line = new StringBuilder(String.format("%-28s", name));
        cells.forEach(cell -> line.append(String.format("  %20s", cell)));
        text.println(line);
    }

    private static String accuracy(Score score) {
        String spread = score.top1Std().isPresent()
                ? String.format(Locale.ROOT, " ± %.1f", 100 * score.top1Std().getAsDouble())
                : "";
        return String.format(Locale.ROOT, "%.1f%s %%", 100 * score.top1(), spread);
    }
}
