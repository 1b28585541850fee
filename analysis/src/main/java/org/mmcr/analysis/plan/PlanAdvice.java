package org.mmcr.analysis.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.mmcr.analysis.plan.LearningCurves.Interval;
import org.mmcr.core.theory.MmcrBounds;
import org.mmcr.train.run.Machine;
import org.mmcr.train.run.MmcrSpec;
import org.mmcr.train.run.PretrainConfig;

/** Predictions and a recommendation from finished trials. */
final class PlanAdvice {
    /** Key of the percent error. */
    static final String PERCENT_ERROR = "percent_error";

    private static final String LOSS = "loss";
    /** Probability of being the best from which a candidate is distinguished from the others. */
    static final double CERTAIN = 0.8;
    /** A trial of fewer steps says nothing about a long training, and is not part of a curve. */
    static final long FEWEST_STEPS = 5;
    /** From this fraction of the largest score on, a trial is too near to it, and no score is predicted. */
    static final double SATURATED = 0.9;

    private final PlanSettings settings;
    private final PretrainConfig base;
    private final List<Candidate> candidates;
    private final List<PlanTrial> trials;
    private final double usedSeconds;
    private final double compute;

    PlanAdvice(
            PlanSettings settings,
            PretrainConfig base,
            List<Candidate> candidates,
            List<PlanTrial> trials,
            double usedSeconds) {
        this.settings = settings;
        this.base = base;
        this.candidates = candidates;
        this.trials = trials;
        this.usedSeconds = usedSeconds;
        compute = 60 * settings.minutes();
    }

    /** Curves with the candidates that they are of, in their own numbering. */
    private record Fitted(LearningCurves curves, List<Integer> known) {}

    PlanDocument document() {
        Optional<Fitted> error = fit(PlanTrial::percentError, CurvePrior.PERCENT_ERROR);
        Optional<Fitted> score = fit(PlanTrial::score, settings.labelled() ? CurvePrior.ACCURACY : CurvePrior.INFO_NCE);
        Map<String, PlanDocument.Curve> curves = new LinkedHashMap<>();
        error.ifPresent(found -> curves.put(PERCENT_ERROR, PlanDocument.Curve.of(found.curves())));
        score.ifPresent(found -> curves.put(settings.score(), PlanDocument.Curve.of(found.curves())));
        List<PlanDocument.Prediction> predictions = new ArrayList<>();
        for (int i = 0; i < candidates.size(); i++) {
            predictions.add(prediction(i, error, score));
        }
        int recommended = recommended(predictions);
        double probability = predictions.get(recommended).probabilityOfBest().orElse(0);
        boolean certain = probability >= CERTAIN;
        return new PlanDocument(
                settings,
                Machine.here(),
                usedSeconds,
                curves,
                predictions,
                recommended,
                certain,
                new PlanWords(settings, trials).of(predictions.get(recommended), score.isPresent(), certain),
                trials);
    }

    private Optional<Fitted> fit(Function<PlanTrial, OptionalDouble> figure, CurvePrior prior) {
        List<PlanTrial> measured = trials.stream()
                .filter(trial -> figure.apply(trial).isPresent() && trial.steps() >= FEWEST_STEPS)
                .toList();
        List<Integer> known =
                measured.stream().map(PlanTrial::candidate).distinct().sorted().toList();
        List<LearningCurves.Point> points = measured.stream()
                .map(trial -> new LearningCurves.Point(
                        known.indexOf(trial.candidate()),
                        trial.seconds(),
                        figure.apply(trial).getAsDouble()))
                .toList();
        return LearningCurves.fit(points, prior, settings.seed()).map(curves -> new Fitted(curves, known));
    }

    private PlanDocument.Prediction prediction(int candidate, Optional<Fitted> error, Optional<Fitted> score) {
        Map<String, Interval> figures = new LinkedHashMap<>();
        at(error, candidate).ifPresent(found -> {
            figures.put(PERCENT_ERROR, found);
            if (base.objective() instanceof MmcrSpec mmcr && mmcr.localWeight() == 0) {
                figures.put(LOSS, loss(candidates.get(candidate), found));
            }
        });
        if (bestScore(trials) < SATURATED * settings.largestScore()) {
            at(score, candidate)
                    .ifPresent(found -> figures.put(settings.score(), found.atMost(settings.largestScore())));
        }
        int rounds = (int)
                trials.stream().filter(trial -> trial.candidate() == candidate).count();
        OptionalDouble best = score.isPresent() && score.get().known().contains(candidate)
                ? OptionalDouble.of(score.get()
                        .curves()
                        .probabilityOfHighest()[score.get().known().indexOf(candidate)])
                : OptionalDouble.empty();
        return new PlanDocument.Prediction(candidates.get(candidate), rounds, figures, best);
    }

    /** Returns the highest score of the trials, 0 if there is none. */
    static double bestScore(List<PlanTrial> trials) {
        return trials.stream()
                .flatMapToDouble(trial -> trial.score().stream())
                .max()
                .orElse(0);
    }

    private Optional<Interval> at(Optional<Fitted> fitted, int candidate) {
        return fitted.filter(found -> found.known().contains(candidate))
                .map(found -> found.curves().predict(found.known().indexOf(candidate), compute));
    }

    /** The loss of MMCR without a local term is -(1 - percent error) times the bound of a step. */
    private Interval loss(Candidate candidate, Interval error) {
        double bound = MmcrBounds.upperBound((long) candidate.batch() * base.accumulate(), candidate.dimension());
        return new Interval(-(1 - error.median()) * bound, -(1 - error.low()) * bound, -(1 - error.high()) * bound);
    }

    /** The candidate that is most probably the best; without curves, the best of the longest trials. */
    private int recommended(List<PlanDocument.Prediction> predictions) {
        int best = -1;
        for (int i = 0; i < predictions.size(); i++) {
            double probability = predictions.get(i).probabilityOfBest().orElse(-1);
            if (probability >= 0
                    && (best < 0
                            || probability
                                    > predictions.get(best).probabilityOfBest().orElse(-1))) {
                best = i;
            }
        }
        return best >= 0
                ? best
                : trials.stream()
                        .filter(trial -> trial.score().isPresent())
                        .max(Comparator.comparingInt(PlanTrial::round)
                                .thenComparingDouble(trial -> trial.score().getAsDouble()))
                        .map(PlanTrial::candidate)
                        .orElse(0);
    }
}
