package org.mmcr.analysis.comparison;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import org.mmcr.analysis.comparison.TrialResult.PathPoint;

/**
 * The figures of every run at the number of views that the run with the fewest saw, interpolated between checkpoints.
 * In a comparison of equal minutes they show what a step is worth, beside what a minute is worth. A run whose first
 * checkpoint has seen more views than that has none.
 */
final class EqualViews {
    private static final List<Figure> FIGURES = List.of(
            new Figure(ComparisonFigure.KNN_20, PathPoint::knn20),
            new Figure(
                    ComparisonFigure.PERCENT_ERROR,
                    point -> point.percentError().orElse(Double.NaN)),
            new Figure(ComparisonFigure.ALIGNMENT, point -> point.alignment().orElse(Double.NaN)),
            new Figure(ComparisonFigure.UNIFORMITY, point -> point.uniformity().orElse(Double.NaN)));

    /** A figure of the path; NaN at a checkpoint without it. */
    private record Figure(String name, ToDoubleFunction<PathPoint> value) {}

    private EqualViews() {}

    /** The trials with these figures ({@link ComparisonFigure#atEqualViews}), where they have a path. */
    static List<TrialResult> added(List<TrialResult> trials) {
        long fewest = trials.stream()
                .filter(trial -> !trial.path().isEmpty())
                .mapToLong(TrialResult::views)
                .min()
                .orElse(0);
        return trials.stream().map(trial -> added(trial, fewest)).toList();
    }

    private static TrialResult added(TrialResult trial, long views) {
        Map<String, Double> figures = new LinkedHashMap<>(trial.figures());
        for (Figure figure : FIGURES) {
            double value = at(trial.path(), views, figure.value()).orElse(Double.NaN);
            if (!Double.isNaN(value)) {
                figures.put(ComparisonFigure.atEqualViews(figure.name()), value);
            }
        }
        return new TrialResult(
                trial.objective(),
                trial.tuning(),
                trial.index(),
                trial.learningRate(),
                trial.weightName(),
                trial.weight(),
                trial.steps(),
                trial.views(),
                trial.seconds(),
                trial.secondsPerStep(),
                trial.memoryBytes(),
                figures,
                trial.path(),
                trial.notes());
    }

    /** A value at a number of views; empty before the first and after the last checkpoint. */
    static OptionalDouble at(List<PathPoint> path, long views, ToDoubleFunction<PathPoint> value) {
        return PathInterpolation.value(path, PathPoint::views, (double) views, value);
    }
}
