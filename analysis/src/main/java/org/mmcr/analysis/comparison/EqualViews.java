package org.mmcr.analysis.comparison;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.mmcr.analysis.comparison.TrialResult.PathPoint;

/**
 * The kNN accuracy of every run at the number of views that the run with the fewest saw, interpolated between
 * checkpoints. In a comparison of equal minutes it shows what a step is worth, beside what a minute is worth. A run
 * whose first checkpoint has seen more views than that has no value.
 */
final class EqualViews {
    private EqualViews() {}

    /** The trials with the figure {@link ComparisonFigure#EQUAL_VIEWS}, where they have a path. */
    static List<TrialResult> added(List<TrialResult> trials) {
        long fewest = trials.stream()
                .filter(trial -> !trial.path().isEmpty())
                .mapToLong(TrialResult::views)
                .min()
                .orElse(0);
        return trials.stream().map(trial -> added(trial, fewest)).toList();
    }

    private static TrialResult added(TrialResult trial, long views) {
        OptionalDouble accuracy = at(trial.path(), views);
        if (accuracy.isEmpty()) {
            return trial;
        }
        Map<String, Double> figures = new LinkedHashMap<>(trial.figures());
        figures.put(ComparisonFigure.EQUAL_VIEWS, accuracy.getAsDouble());
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

    /** Accuracy at a number of views; empty before the first and after the last checkpoint. */
    static OptionalDouble at(List<PathPoint> path, long views) {
        return PathInterpolation.value(path, PathPoint::views, (double) views, PathPoint::knn20);
    }
}
