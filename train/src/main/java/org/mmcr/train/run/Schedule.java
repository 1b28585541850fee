package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.OptionalLong;
import org.apiguardian.api.API;

/**
 * The schedule of the learning rate, as a factor of the base rates: a linear rise over the warm-up, then a fall from 1 to
 * {@code finalFactor} over the rest of the budget.
 */
@API(status = API.Status.STABLE)
public record Schedule(
        @JsonPropertyDescription("how long the learning rate rises: {fraction: 0.05}, {steps: 500} or {epochs: 10}")
        Warmup warmup,

        @JsonPropertyDescription("cosine, linear or constant after the warm-up")
        Shape shape,

        @JsonPropertyDescription("factor of the base learning rate at the end of the budget")
        double finalFactor) {

    /** How the factor falls after the warm-up. */
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
     * The factor of one step, in 0..1. After a warm-up in steps or epochs the fall starts at its end if the number of steps is
     * known; with a budget in minutes it starts with the run.
     *
     * @param step zero-based step
     * @param progress fraction of the budget used
     * @param totalSteps steps of the whole run, empty for a budget in minutes
     * @param stepsPerEpoch steps in one pass over the data
     */
    public double factor(long step, double progress, OptionalLong totalSteps, long stepsPerEpoch) {
        double warmSteps = warmup.steps().isPresent()
                ? warmup.steps().getAsLong()
                : warmup.epochs().orElse(0) * stepsPerEpoch;
        double warmShare = warmup.fraction().orElse(totalSteps.isPresent() ? warmSteps / totalSteps.getAsLong() : 0);
        double rise = warmup.fraction().isPresent() ? ratio(progress, warmShare) : ratio(step + 1.0, warmSteps);
        double fallen = warmShare < 1 ? Math.max(0, Math.min(1, (progress - warmShare) / (1 - warmShare))) : 0;
        return rise * fall(fallen);
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
