package org.mmcr.report.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.mmcr.objective.Diagnostic;

/** Diagnostics of a run for its page, each with a remedy. */
final class Diagnostics {
    /** Fraction of the time spent waiting for views above which loading limits the speed. */
    private static final double MUCH_WAITING = 0.2;
    /** Fraction of the loss decrease in the last tenth of the steps above which more steps would help. */
    private static final double STILL_FALLING = 0.05;

    private Diagnostics() {}

    /** Returns the diagnostics of the documents of a folder, most important first. */
    static List<Diagnostic> of(JsonNode entry) {
        JsonNode run = entry.path("run");
        List<Diagnostic> found = new ArrayList<>();
        unfinished(run, found);
        figures(run.path("objective"), entry.path("metrics"), found);
        baselines(entry.path("evaluation"), found);
        run.at("/objective/cautions").forEach(caution -> found.add(caution(caution)));
        stillFalling(entry.path("metrics").path("loss"), found);
        waiting(run, found);
        broken(run, found);
        notes(entry.path("evaluation"), found);
        estimates(entry.path("analysis"), found);
        gap(entry.path("capacity"), found);
        gap(entry.path("glue"), found);
        entry.at("/series/conditions").forEach(one -> gap(one, found));
        return List.copyOf(found);
    }

    private static void unfinished(JsonNode run, List<Diagnostic> found) {
        if (run.isObject() && !run.path("totals").path("finished").asBoolean()) {
            found.add(new Diagnostic(
                    "the run has not used its budget: it was stopped, or is still training",
                    "continue it with mmcr pretrain --resume, then make this page again with mmcr report"));
        }
    }

    /** Cautions of the objective's figures whose last value is worse than a reference. */
    private static void figures(JsonNode objective, JsonNode metrics, List<Diagnostic> found) {
        for (JsonNode figure : objective.path("figures")) {
            JsonNode values = metrics.path(figure.path("name").asText());
            boolean lowerIsBetter = figure.path("better").asText().equals("lower");
            for (JsonNode reference : figure.path("references")) {
                if (reference.path("caution").isObject() && !values.isEmpty()) {
                    double excess = values.get(values.size() - 1).asDouble()
                            - reference.path("value").asDouble();
                    if (lowerIsBetter ? excess > 0 : excess < 0) {
                        found.add(caution(reference.path("caution")));
                    }
                }
            }
        }
    }

    private static Diagnostic caution(JsonNode caution) {
        return new Diagnostic(
                caution.path("found").asText(), caution.path("remedy").asText());
    }

    private static void baselines(JsonNode evaluation, List<Diagnostic> found) {
        double trained = linear(evaluation.at("/subjects/0")).asDouble();
        for (JsonNode baseline : evaluation.path("subjects")) {
            JsonNode other = linear(baseline);
            if (!baseline.path("name").asText().equals("trained") && other.isNumber() && trained <= other.asDouble()) {
                found.add(new Diagnostic(
                        text(
                                "a linear probe on the trained encoder (%.1f %%) is no better than on the %s (%.1f %%)",
                                100 * trained, baseline.path("title").asText(), 100 * other.asDouble()),
                        "train longer; if that does not help, check that the views preserve the classes"));
            }
        }
    }

    private static JsonNode linear(JsonNode subject) {
        for (JsonNode result : subject.path("protocols")) {
            if (result.path("name").asText().equals("linear")) {
                return result.at("/score/top1");
            }
        }
        return MissingNode.getInstance();
    }

    private static void stillFalling(JsonNode losses, List<Diagnostic> found) {
        int window = losses.size() / 10;
        if (window < 5) {
            return;
        }
        double first = mean(losses, 0, window);
        double before = mean(losses, losses.size() - 2 * window, losses.size() - window);
        double last = mean(losses, losses.size() - window, losses.size());
        if (first > last && before - last > STILL_FALLING * (first - last)) {
            found.add(new Diagnostic(
                    text("the loss was still falling at the end: %.4g to %.4g over the last tenth", before, last),
                    "train longer for a better encoder"));
        }
    }

    private static double mean(JsonNode values, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += values.get(i).asDouble();
        }
        return sum / (to - from);
    }

    private static void waiting(JsonNode run, List<Diagnostic> found) {
        double wait = run.path("totals").path("data_wait").asDouble();
        if (wait > MUCH_WAITING) {
            found.add(new Diagnostic(
                    text("training waited for views %.0f %% of its time", 100 * wait),
                    "give it more loader threads (--set loaderThreads=N), smaller pictures or a faster disk"));
        }
    }

    private static void broken(JsonNode run, List<Diagnostic> found) {
        long broken = run.path("broken_pictures").asLong();
        if (broken > 0) {
            found.add(new Diagnostic(
                    text(
                            "%,d of %,d pictures could not be read and were skipped",
                            broken, broken + run.path("pictures").asLong()),
                    "broken.csv in the run's folder lists them with the reasons"));
        }
    }

    private static void notes(JsonNode evaluation, List<Diagnostic> found) {
        Set<String> notes = new LinkedHashSet<>();
        evaluation.path("notes").forEach(note -> notes.add(note.asText()));
        evaluation
                .at("/subjects/0/protocols")
                .forEach(result -> result.at("/score/notes").forEach(note -> notes.add(note.asText())));
        notes.forEach(note -> found.add(new Diagnostic(note, "consider it when you compare accuracies")));
    }

    private static void estimates(JsonNode analysis, List<Diagnostic> found) {
        for (JsonNode interval : analysis.path("intervals")) {
            if (interval.path("caution").isTextual()) {
                found.add(new Diagnostic(
                        "the estimates of entropy and mutual information are rough; the accuracies are not affected",
                        "analyse more samples"));
                return;
            }
        }
    }

    private static void gap(JsonNode capacity, List<Diagnostic> found) {
        double gap = capacity.path("worst_kkt_gap").asDouble();
        if (gap > 1e-4) {
            found.add(new Diagnostic(
                    text("a capacity problem was solved only to a relative gap of %.0e", gap),
                    "points that repeat or nearly repeat cause this; remove them, or use fewer with --max-points"));
        }
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
