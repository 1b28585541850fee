package org.mmcr.analysis.comparison;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * The kNN accuracy of every run at the number of views that the run with the fewest saw, interpolated between
 * checkpoints. In a comparison of equal minutes it shows what a step is worth, beside what a minute is worth.
 */
final class EqualViews {
    private EqualViews() {}

    /** The trials with the figure {@link ComparisonFigure#EQUAL_VIEWS}, where they have a path. */
    static List<TrialResult> added(List<TrialResult> trials) {
        long fewest = trials.stream()
                .filter(trial -> !trial.path().isEmpty())
                .mapToLong(trial -> trial.path().get(trial.path().size() - 1).views())
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

    /** Accuracy at a number of views by linear interpolation; that of the first point before it. */
    static OptionalDouble at(List<TrialResult.PathPoint> path, long views) {
        for (int i = 0; i < path.size(); i++) {
            TrialResult.PathPoint here = path.get(i);
            if (here.views() >= views) {
                if (i == 0 || here.views() == views) {
                    return OptionalDouble.of(here.knn20());
                }
                TrialResult.PathPoint before = path.get(i - 1);
                double fraction = (views - before.views()) / (double) (here.views() - before.views());
                return OptionalDouble.of(before.knn20() + fraction * (here.knn20() - before.knn20()));
            }
        }
        return OptionalDouble.empty();
    }
}
