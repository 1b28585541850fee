package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * The totals of a run so far, all its parts together. A trainer returns them, and {@code run.json} and every
 * checkpoint hold them.
 *
 * @param finished whether the budget is used up; false if the run was stopped before
 * @param steps optimiser steps
 * @param epochs passes over the data, with a fraction
 * @param viewsSeen steps * N * K
 * @param seconds of the budget used; data loading, measurements and checkpoints included
 * @param stepSeconds sum of the steps' own seconds
 * @param waitSeconds the part of {@code stepSeconds} spent waiting for views
 * @param loss of the last step; 0 before the first
 * @param figures of the objective in the last step, by name; empty before the first
 */
@API(status = API.Status.STABLE)
@JsonIgnoreProperties(ignoreUnknown = true)
public record TrainingTotals(
        boolean finished,
        long steps,
        double epochs,
        long viewsSeen,
        double seconds,
        double stepSeconds,
        double waitSeconds,
        double loss,
        Map<String, Double> figures) {

    public TrainingTotals {
        figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    }

    /** The totals of a new run. */
    static TrainingTotals none() {
        return new TrainingTotals(false, 0, 0, 0, 0, 0, 0, 0, Map.of());
    }

    /** Adds one step. */
    TrainingTotals plus(StepMetrics step, long stepsPerEpoch, long viewsPerStep) {
        return new TrainingTotals(
                finished,
                step.step(),
                step.step() / (double) stepsPerEpoch,
                viewsSeen + viewsPerStep,
                seconds,
                stepSeconds + step.seconds(),
                waitSeconds + step.dataWait() * step.seconds(),
                step.loss(),
                step.figures());
    }

    /** The same at a moment of the budget. */
    TrainingTotals at(double elapsedSeconds, boolean budgetIsUsed) {
        return new TrainingTotals(
                budgetIsUsed, steps, epochs, viewsSeen, elapsedSeconds, stepSeconds, waitSeconds, loss, figures);
    }

    /** Views per second of the steps' own time. */
    @JsonProperty
    public double viewsPerSecond() {
        return stepSeconds > 0 ? viewsSeen / stepSeconds : 0;
    }

    /** The fraction of the steps' own time that was spent waiting for views. */
    @JsonProperty
    public double dataWait() {
        return stepSeconds > 0 ? waitSeconds / stepSeconds : 0;
    }
}
