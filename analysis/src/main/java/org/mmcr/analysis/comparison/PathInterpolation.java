package org.mmcr.analysis.comparison;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import org.mmcr.analysis.comparison.TrialResult.PathPoint;

/** Linear interpolation between the checkpoints of a path. */
final class PathInterpolation {
    private PathInterpolation() {}

    /**
     * Returns a value at a moment of the path; empty before the first and after the last checkpoint.
     *
     * @param time what the moment is measured in, ascending along the path
     */
    static OptionalDouble value(
            List<PathPoint> path, ToDoubleFunction<PathPoint> time, double moment, ToDoubleFunction<PathPoint> value) {
        for (int i = 0; i < path.size(); i++) {
            double end = time.applyAsDouble(path.get(i));
            double after = value.applyAsDouble(path.get(i));
            if (end == moment) {
                return OptionalDouble.of(after);
            }
            if (end > moment) {
                if (i == 0) {
                    return OptionalDouble.empty();
                }
                double start = time.applyAsDouble(path.get(i - 1));
                double before = value.applyAsDouble(path.get(i - 1));
                return OptionalDouble.of(before + (moment - start) / (end - start) * (after - before));
            }
        }
        return OptionalDouble.empty();
    }
}
