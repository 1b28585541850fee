package org.mmcr.report.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Something the reader should know about a run, and what to do about it.
 *
 * @param found in one sentence
 * @param remedy in one sentence
 */
record Diagnostics(String found, String remedy) {
    /** Share of the time spent waiting for views from which loading is called the limit. */
    private static final double MUCH_WAITING = 0.2;
    /** A fall of percent error over the last tenth of the steps, relative to all of the fall, that promises more. */
    private static final double STILL_FALLING = 0.05;
    /** Effective rank below this share of what is possible is called collapse. */
    private static final double COLLAPSED = 0.05;

    /** All that holds for what a folder contains, most important first. */
    static List<Diagnostics> of(JsonNode entry) {
        List<Diagnostics> advice = new ArrayList<>();
        unfinished(entry, advice);
        collapse(entry, advice);
        baselines(entry.path("evaluation"), advice);
        threshold(entry.path("theory"), advice);
        stillFalling(entry.path("metrics").path("percent_error"), advice);
        waiting(entry.path("run"), advice);
        broken(entry.path("run"), advice);
        notes(entry.path("evaluation"), advice);
        cautions(entry.path("analysis"), advice);
        gap(entry.path("capacity"), advice);
        return List.copyOf(advice);
    }

    private static void unfinished(JsonNode entry, List<Diagnostics> advice) {
        JsonNode run = entry.path("run");
        if (run.isObject() && !run.path("totals").path("finished").asBoolean()) {
            advice.add(new Diagnostics(
                    "The run has not used its budget: it was stopped, or is still going.",
                    "Continue it with mmcr pretrain --resume, then make this page again with mmcr report."));
        }
    }

    private static void collapse(JsonNode entry, List<Diagnostics> advice) {
        JsonNode ranks = entry.path("metrics").path("effective_rank");
        long most = Math.min(
                entry.path("theory").path("samples").asLong(),
                entry.path("theory").path("dimension").asLong());
        if (ranks.size() > 0 && ranks.get(ranks.size() - 1).asDouble() < COLLAPSED * most) {
            advice.add(new Diagnostics(
                    text(
                            "Collapse: the last batch filled %.1f of %d directions, so pictures are hardly told apart.",
                            ranks.get(ranks.size() - 1).asDouble(), most),
                    "Lower the learning rate, lengthen the warm-up, or clip gradients; check that the views differ."));
        }
    }

    private static void baselines(JsonNode evaluation, List<Diagnostics> advice) {
        double trained = linear(evaluation.at("/subjects/0")).asDouble();
        for (JsonNode baseline : evaluation.path("subjects")) {
            JsonNode other = linear(baseline);
            if (!baseline.path("name").asText().equals("trained")
                    && other.isNumber()
                    && trained <= other.asDouble()) {
                advice.add(new Diagnostics(
                        text(
                                "A linear read-out of the trained encoder (%.1f %%) is no better than of the %s (%.1f %%).",
                                100 * trained,
                                baseline.path("title").asText(),
                                100 * other.asDouble()),
                        "Train longer; if that does not help, check that views keep what makes the classes."));
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

    private static void threshold(JsonNode theory, List<Diagnostics> advice) {
        if (theory.path("regime").asText().equals("near_threshold")) {
            advice.add(new Diagnostics(
                    text(
                            "The batch of %d pictures is within a factor of two of the %d dimensions, where uniform points stay"
                                    + " farthest from the bound.",
                            theory.path("samples").asLong(),
                            theory.path("dimension").asLong()),
                    text(
                            "Take batches of %d or more, or a last projector width of at most %d.",
                            2 * theory.path("dimension").asLong(),
                            Math.max(1, theory.path("samples").asLong() / 2))));
        }
    }

    private static void stillFalling(JsonNode errors, List<Diagnostics> advice) {
        int window = errors.size() / 10;
        if (window < 5) {
            return;
        }
        double first = mean(errors, 0, window);
        double before = mean(errors, errors.size() - 2 * window, errors.size() - window);
        double last = mean(errors, errors.size() - window, errors.size());
        if (first > last && before - last > STILL_FALLING * (first - last)) {
            advice.add(new Diagnostics(
                    text(
                            "The distance from the bound was still falling at the end: %.1f %% to %.1f %% over the last tenth.",
                            100 * before, 100 * last),
                    "More minutes will probably make the encoder better."));
        }
    }

    private static double mean(JsonNode values, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += values.get(i).asDouble();
        }
        return sum / (to - from);
    }

    private static void waiting(JsonNode run, List<Diagnostics> advice) {
        double wait = run.path("totals").path("data_wait").asDouble();
        if (wait > MUCH_WAITING) {
            advice.add(
                    new Diagnostics(
                            text("Training waited for pictures %.0f %% of its time.", 100 * wait),
                            "Give it more loader threads (--set loaderThreads=N), or pictures of a smaller size on a faster disk."));
        }
    }

    private static void broken(JsonNode run, List<Diagnostics> advice) {
        long broken = run.path("broken_pictures").asLong();
        if (broken > 0) {
            advice.add(new Diagnostics(
                    text(
                            "%,d of %,d pictures could not be read and were left out.",
                            broken, broken + run.path("pictures").asLong()),
                    "broken.csv in the run's folder names them and says why."));
        }
    }

    private static void notes(JsonNode evaluation, List<Diagnostics> advice) {
        Set<String> notes = new LinkedHashSet<>();
        evaluation.path("notes").forEach(note -> notes.add(note.asText()));
        evaluation.at("/subjects/0/protocols").forEach(result -> result.at("/score/notes")
                .forEach(note -> notes.add(note.asText())));
        notes.forEach(note -> advice.add(new Diagnostics(note + ".", "Keep it in mind when you compare accuracies.")));
    }

    private static void cautions(JsonNode analysis, List<Diagnostics> advice) {
        Set<String> cautions = new LinkedHashSet<>();
        analysis.path("intervals").forEach(interval -> {
            if (interval.path("caution").isTextual()) {
                cautions.add(interval.path("caution").asText());
            }
        });
        cautions.forEach(caution -> advice.add(new Diagnostics(
                "An estimate of information is doubtful: " + caution + ".",
                "Read it as an order of magnitude, or analyse more pictures.")));
    }

    private static void gap(JsonNode capacity, List<Diagnostics> advice) {
        double gap = capacity.path("worst_kkt_gap").asDouble();
        if (gap > 1e-4) {
            advice.add(new Diagnostics(
                    text("A capacity problem was solved only to a relative gap of %.0e.", gap),
                    "Points that repeat or nearly repeat cause this; remove them or measure fewer with --max-points."));
        }
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
