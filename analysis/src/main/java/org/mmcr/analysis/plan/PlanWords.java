package org.mmcr.analysis.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mmcr.analysis.plan.LearningCurves.Interval;

/**
 * A plan's recommendation and its limits in sentences.
 *
 * @param settings what the plan is for
 * @param trials every trial
 */
record PlanWords(PlanSettings settings, List<PlanTrial> trials) {
    /**
     * Returns the sentences, the recommendation first.
     *
     * @param chosen the recommended candidate
     * @param fitted whether the scores of the trials have curves
     * @param certain whether the trials distinguish it from the others
     */
    List<String> of(PlanDocument.Prediction chosen, boolean fitted, boolean certain) {
        List<String> words = new ArrayList<>();
        words.add("recommended for " + number(settings.minutes()) + " minutes: "
                + chosen.settings().text());
        predicted(chosen, words);
        if (!certain) {
            words.add("it cannot be told which candidate is best: "
                    + (fitted ? undecided(chosen) : trials.isEmpty() ? noTrial() : tooFewTrials()));
        }
        limits(words);
        trials.forEach(trial -> trial.note().ifPresent(words::add));
        return words;
    }

    private void predicted(PlanDocument.Prediction chosen, List<String> words) {
        Optional.ofNullable(chosen.figures().get(settings.score()))
                .ifPresent(found -> words.add(
                        settings.labelled()
                                ? "predicted accuracy (kNN, k = 20): " + percent(found)
                                : "predicted InfoNCE in nats: " + plain(found)));
        Optional.ofNullable(chosen.figures().get(PlanAdvice.PERCENT_ERROR))
                .ifPresent(found -> words.add("predicted percent error: " + percent(found)));
        double best = PlanAdvice.bestScore(trials);
        if (best >= PlanAdvice.SATURATED * settings.largestScore()) {
            words.add(
                    settings.labelled()
                            ? String.format(
                                    Locale.ROOT,
                                    "no accuracy is predicted: a trial reached %.1f %%, and above %.0f %% a prediction"
                                            + " depends on a few samples",
                                    100 * best,
                                    100 * PlanAdvice.SATURATED)
                            : String.format(
                                    Locale.ROOT,
                                    "no InfoNCE is predicted: a trial reached %.1f nats, near %.1f, the largest value",
                                    best,
                                    settings.largestScore()));
        }
    }

    private static String undecided(PlanDocument.Prediction chosen) {
        return String.format(
                Locale.ROOT,
                "this one is with probability %.2f, below %.1f. The others' intervals overlap with its own",
                chosen.probabilityOfBest().orElse(0),
                PlanAdvice.CERTAIN);
    }

    private static String tooFewTrials() {
        return "there are too few trials of at least " + PlanAdvice.FEWEST_STEPS
                + " steps; the candidate with the best longest trial is named. More minutes or fewer candidates make"
                + " longer trials";
    }

    private String noTrial() {
        return "a tenth of " + number(settings.minutes())
                + " minutes leaves no time for a trial; the recipe itself is named. Give more minutes";
    }

    private void limits(List<String> words) {
        long tooShort = trials.stream()
                .filter(trial -> trial.note().isEmpty() && trial.steps() < PlanAdvice.FEWEST_STEPS)
                .count();
        if (tooShort > 0) {
            words.add(tooShort + " of " + trials.size() + " trials had fewer than " + PlanAdvice.FEWEST_STEPS
                    + " steps and are not part of a curve; more minutes or fewer candidates make longer trials");
        }
        double longest = trials.stream().mapToDouble(PlanTrial::seconds).max().orElse(0);
        if (longest > 0) {
            words.add(String.format(
                    Locale.ROOT,
                    "the longest trial trained for %.0f s; the prediction is for %.0f times as long",
                    longest,
                    60 * settings.minutes() / longest));
        }
        if (!settings.labelled()) {
            words.add("the candidates were ranked without labels, by InfoNCE between two views; how well it agrees with"
                    + " accuracy is known for short runs on CIFAR-10 alone");
        }
    }

    private static String percent(Interval found) {
        return String.format(
                Locale.ROOT, "%.1f %% [%.1f, %.1f]", 100 * found.median(), 100 * found.low(), 100 * found.high());
    }

    private static String plain(Interval found) {
        return String.format(Locale.ROOT, "%.1f [%.1f, %.1f]", found.median(), found.low(), found.high());
    }

    private static String number(double minutes) {
        return minutes == Math.rint(minutes) ? String.format(Locale.ROOT, "%.0f", minutes) : String.valueOf(minutes);
    }
}
