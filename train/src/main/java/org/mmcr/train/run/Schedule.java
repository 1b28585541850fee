package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.OptionalLong;
import org.apiguardian.api.API;

/**
 * Learning rate schedule: a factor of every base learning rate. It rises linearly over the warm-up and then falls from
 * 1 to {@code finalFactor} over the rest of the budget.
 */
@API(status = API.Status.STABLE)
public record Schedule(
        @JsonPropertyDescription("length of the linear warm-up: {fraction: 0.05}, {steps: 500} or {epochs: 10}")
        Warmup warmup,

        @JsonPropertyDescription("shape after the warm-up: cosine, linear or constant")
        Shape shape,

        @JsonPropertyDescription("factor of the base learning rate at the end of the budget")
        double finalFactor) {

    /** Least factor of a warm-up in a budget of minutes, where nothing is used before the first step. */
    private static final double SMALLEST_RISE = 0.01;

    /** Shape of the factor after the warm-up. */
    public enum Shape {
        /** Half a cosine, from the full rate to the final one. */
        COSINE,
        /** A straight line from the full rate to the final one. */
        LINEAR,
        /** The full rate to the end. */
        CONSTANT
    }

    public Schedule {
        ConfigChecks.fraction("schedule finalFactor", finalFactor);
    }

    /**
     * Computes the factor of a step, above 0 in the warm-up and at most 1. If the number of steps is known, the fall
     * starts at the end of the warm-up. If only minutes are known and the warm-up is in steps or epochs, the fall
     * starts with the run, and the warm-up multiplies it.
     *
     * @param step zero-based step
     * @param progress fraction of the budget used, 0..1
     * @param totalSteps number of steps of the run, empty for a budget in minutes
     * @param stepsPerEpoch steps in one pass over the data
     */
    public double factor(long step, double progress, OptionalLong totalSteps, long stepsPerEpoch) {
        double warmSteps = warmup.steps().isPresent()
                ? warmup.steps().getAsLong()
                : warmup.epochs().orElse(0) * stepsPerEpoch;
        double warmFraction = warmup.fraction().orElse(totalSteps.isPresent() ? warmSteps / totalSteps.getAsLong() : 0);
        double fallen = warmFraction < 1 ? Math.max(0, Math.min(1, (progress - warmFraction) / (1 - warmFraction))) : 0;
        return rise(step, progress, totalSteps, warmSteps) * fall(fallen);
    }

    /** The factor of the warm-up, by the end of the step, so that no step has a learning rate of zero. */
    private double rise(long step, double progress, OptionalLong totalSteps, double warmSteps) {
        if (warmup.fraction().isEmpty()) {
            return ratio(step + 1.0, warmSteps);
        }
        double fraction = warmup.fraction().getAsDouble();
        return totalSteps.isPresent()
                ? ratio(step + 1.0, fraction * totalSteps.getAsLong())
                : Math.max(SMALLEST_RISE, ratio(progress, fraction));
    }

    private static double ratio(double done, double of) {
        return of > 0 ? Math.min(1, done / of) : 1;
    }

    private double fall(double t) {
        return switch (shape) {
            case COSINE -> finalFactor + (1 - finalFactor) * 0.5 * (1 + Math.cos(Math.PI * t));
            case LINEAR -> 1 + (finalFactor - 1) * t;
            case CONSTANT -> 1;
        };
    }
}
