package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;

/**
 * Length of the warm-up, in which the learning rate rises linearly: a fraction of the budget, steps or epochs; none
 * by default.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@API(status = API.Status.STABLE)
public record Warmup(
        @JsonPropertyDescription("fraction of the budget, 0 to 1")
        OptionalDouble fraction,

        @JsonPropertyDescription("optimiser steps") OptionalLong steps,
        @JsonPropertyDescription("passes over the data") OptionalDouble epochs) {

    public Warmup {
        int given = (fraction.isPresent() ? 1 : 0) + (steps.isPresent() ? 1 : 0) + (epochs.isPresent() ? 1 : 0);
        if (given > 1) {
            throw new MmcrException(
                    "expected at most one warm-up length, found " + given + "; keep one of fraction, steps or epochs");
        }
        fraction.ifPresent(value -> ConfigChecks.require(
                value >= 0 && value < 1, "schedule warmup fraction", value, "a fraction from 0 to below 1"));
        steps.ifPresent(value -> ConfigChecks.notNegative("schedule warmup steps", value));
        epochs.ifPresent(value -> ConfigChecks.notNegative("schedule warmup epochs", value));
    }

    /** No warm-up. */
    public static Warmup none() {
        return new Warmup(OptionalDouble.empty(), OptionalLong.empty(), OptionalDouble.empty());
    }

    /** A warm-up over a fraction of the budget, 0 to 1. */
    public static Warmup ofFraction(double fraction) {
        return new Warmup(OptionalDouble.of(fraction), OptionalLong.empty(), OptionalDouble.empty());
    }

    /** A warm-up over a number of steps, at least 0. */
    public static Warmup ofSteps(long steps) {
        return new Warmup(OptionalDouble.empty(), OptionalLong.of(steps), OptionalDouble.empty());
    }
}
