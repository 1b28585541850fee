package org.mmcr.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mmcr.analysis.embeddings.Analysis;
import org.mmcr.analysis.embeddings.Information;
import org.mmcr.analysis.pairs.PairFigures;
import org.mmcr.analysis.pairs.PairsEvaluation;
import org.mmcr.analysis.pairs.Retrieval;

/** An evaluation of paired data as a table for the terminal: directions in rows, figures in columns. */
final class PairsTable {
    private PairsTable() {}

    static void print(PairsEvaluation evaluation, PrintWriter text) {
        text.printf(
                Locale.ROOT,
                "%,d samples, %,d with every modality (%s)%n",
                evaluation.samples(),
                evaluation.complete(),
                evaluation.modalities().stream()
                        .map(one -> String.format(Locale.ROOT, "%s: %,d", one.name(), one.samples()))
                        .collect(Collectors.joining(", ")));
        if (evaluation.withoutAny() > 0) {
            text.printf(Locale.ROOT, "%,d rows without any modality are left out%n", evaluation.withoutAny());
        }
        text.printf(
                "%-28s  %12s  %9s  %9s  %9s  %11s  %9s%n",
                "partner among", "candidates", "recall 1", "recall 5", "recall 10", "median rank", "matching");
        for (PairFigures pair : evaluation.pairs()) {
            row(pair.forth(), text);
            row(pair.back(), text);
            chance(pair.forth(), text);
        }
        evaluation.pairs().forEach(pair -> pair.analysis().ifPresent(found -> theory(pair, found, text)));
        evaluation
                .all()
                .ifPresent(found -> text.printf(
                        Locale.ROOT,
                        "all modalities: percent error %.1f %%%n",
                        100 * found.centroids().percentError()));
        evaluation.notes().forEach(note -> text.println("note: " + note));
    }

    private static void row(Retrieval found, PrintWriter text) {
        text.printf(
                Locale.ROOT,
                "%-28s  %,12d  %7.1f %%  %7.1f %%  %7.1f %%  %11.1f  %7.1f %%%n",
                found.from() + " -> " + found.to(),
                found.candidates(),
                100 * found.recall1(),
                100 * found.recall5(),
                100 * found.recall10(),
                found.medianRank(),
                100 * found.matching());
    }

    private static void chance(Retrieval found, PrintWriter text) {
        Retrieval.Chance chance = found.chance();
        text.printf(
                Locale.ROOT,
                "%-28s  %12s  %7.1f %%  %7.1f %%  %7.1f %%  %11.1f  %7.1f %%%n",
                "chance",
                "",
                100 * chance.recall1(),
                100 * chance.recall5(),
                100 * chance.recall10(),
                chance.medianRank(),
                50.0);
    }

    private static void theory(PairFigures pair, Analysis found, PrintWriter text) {
        double infonce = found.information().infonce().orElseThrow();
        text.printf(
                Locale.ROOT,
                "%s and %s: percent error of the bound %.1f %% (uniform points %.1f %%); mutual information %s; %s%n",
                pair.first(),
                pair.second(),
                100 * found.centroids().percentError(),
                100 * found.centroids().uniformPercentError(),
                infonce > 0
                        ? String.format(
                                Locale.ROOT,
                                "at least %.2f nats (InfoNCE, at most %.2f)",
                                infonce,
                                found.information().infonceCeiling().orElseThrow())
                        : "not shown by InfoNCE",
                bound(found.information()));
    }

    /** The bound of Isik et al. in words; an entropy that is not reliable makes it no bound. */
    static String bound(Information information) {
        double bound = information.miLowerBound().orElseThrow();
        if (Information.showsNone("mi_lower_bound", bound)) {
            return "reconstruction + entropy: " + Information.NONE_SHOWN;
        }
        Optional<String> caution = information.intervals().get("mi_lower_bound").caution();
        String value = String.format(Locale.ROOT, "reconstruction + entropy %.2f", bound);
        return caution.map(reason -> value + ", not reliable here (" + reason + ")")
                .orElse(value);
    }
}
