package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;

/**
 * Length of a training run: epochs, optimiser steps or wall-clock minutes, from the start of the trainer to its last
 * checkpoint.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@API(status = API.Status.STABLE)
public record Budget(
        @JsonPropertyDescription("passes over the data") OptionalLong epochs,

        @JsonPropertyDescription("optimiser steps of training")
        OptionalLong steps,

        @JsonPropertyDescription("wall-clock minutes of training; the schedule is fitted to them")
        OptionalDouble minutes) {

    public Budget {
        int given = (epochs.isPresent() ? 1 : 0) + (steps.isPresent() ? 1 : 0) + (minutes.isPresent() ? 1 : 0);
        if (given != 1) {
            throw new MmcrException("expected exactly one budget, found " + given
                    + "; give one of epochs, steps or minutes (for example budget: {minutes: 20})");
        }
        epochs.ifPresent(value -> ConfigChecks.positive("budget epochs", value));
        steps.ifPresent(value -> ConfigChecks.positive("budget steps", value));
        minutes.ifPresent(value -> ConfigChecks.positive("budget minutes", value));
    }

    /** A budget of {@code epochs} passes over the data, at least 1. */
    public static Budget ofEpochs(long epochs) {
        return new Budget(OptionalLong.of(epochs), OptionalLong.empty(), OptionalDouble.empty());
    }

    /** A budget of {@code steps} steps, at least 1. */
    public static Budget ofSteps(long steps) {
        return new Budget(OptionalLong.empty(), OptionalLong.of(steps), OptionalDouble.empty());
    }

    /** A budget of {@code minutes}, more than 0. */
    public static Budget ofMinutes(double minutes) {
        return new Budget(OptionalLong.empty(), OptionalLong.empty(), OptionalDouble.of(minutes));
    }

    /** Number of steps; empty for a budget in minutes. */
    public OptionalLong totalSteps(long stepsPerEpoch) {
        if (steps.isPresent()) {
            return steps;
        }
        return epochs.isPresent() ? OptionalLong.of(epochs.getAsLong() * stepsPerEpoch) : OptionalLong.empty();
    }
}
