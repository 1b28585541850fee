package org.mmcr.analysis.comparison;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * The outcome of a trial, as its file holds it.
 *
 * @param objective name of the objective
 * @param tuning whether it was a tuning trial
 * @param index from 0 within its kind
 * @param learningRate base rate of the optimiser
 * @param weightName the objective's own tuned setting
 * @param weight its value
 * @param steps optimiser steps
 * @param views views seen
 * @param seconds of the budget used
 * @param secondsPerStep seconds of a step
 * @param memoryBytes largest resident memory of the process in the training; 0 if its last session took no step
 * @param figures measured, by {@link ComparisonFigure#name()}; empty if the trial diverged
 * @param path measurements at the checkpoints, oldest first; empty for a tuning trial
 * @param notes for the reader
 */
public record TrialResult(
        String objective,
        boolean tuning,
        int index,
        double learningRate,
        String weightName,
        double weight,
        long steps,
        long views,
        double seconds,
        double secondsPerStep,
        long memoryBytes,
        Map<String, Double> figures,
        List<PathPoint> path,
        List<String> notes) {

    /**
     * A moment of a run, measured on the same test samples for every trial. The last three are empty if the
     * embeddings cannot be analysed: there are too few samples, or one has no direction.
     *
     * @param step optimiser steps
     * @param views views seen
     * @param seconds of the budget used
     * @param knn20 kNN accuracy (k = 20) of up to 2,000 test samples among up to 2,000 training samples
     * @param percentError of the bound, for the centroids of up to 1,000 test samples
     * @param alignment mean squared distance of two views
     * @param uniformity log of the mean potential of the samples
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record PathPoint(
            long step,
            long views,
            double seconds,
            double knn20,
            OptionalDouble percentError,
            OptionalDouble alignment,
            OptionalDouble uniformity) {}
}
