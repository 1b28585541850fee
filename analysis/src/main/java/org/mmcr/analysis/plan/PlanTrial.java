package org.mmcr.analysis.plan;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One trial run of a candidate: a whole short training, with the schedule of the recipe.
 *
 * @param candidate index
 * @param round from 0; half of the candidates go on to the next one
 * @param steps optimiser steps
 * @param views views seen
 * @param seconds of training, sum of the steps' own
 * @param wallSeconds of training and measuring
 * @param percentError distance from the bound as a fraction, mean over the last tenth of the steps
 * @param score accuracy as a fraction, or the measure without labels
 * @param note why there are no figures
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record PlanTrial(
        int candidate,
        int round,
        long steps,
        long views,
        double seconds,
        double wallSeconds,
        OptionalDouble percentError,
        OptionalDouble score,
        Optional<String> note) {}
