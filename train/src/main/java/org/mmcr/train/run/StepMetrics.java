package org.mmcr.train.run;

import org.apiguardian.api.API;

/**
 * One optimiser step, as it is written to the metrics.
 *
 * @param step steps done, this one included: the first step is 1
 * @param epoch zero-based pass over the data
 * @param progress share of the budget used before this step, 0..1
 * @param loss the objective, lower is better
 * @param percentError how far the nuclear norm is from its upper bound, 0..1
 * @param meanSquaredCentroidNorm 1 when all views of each sample coincide
 * @param effectiveRank of the centroids, at most min(N, D)
 * @param viewsPerSecond views of this step over its seconds
 * @param dataWait share of the step's seconds spent waiting for views
 * @param learningRate factor of the base learning rates, 0..1
 * @param seconds of this step, waiting included
 */
@API(status = API.Status.STABLE)
public record StepMetrics(
        long step,
        int epoch,
        double progress,
        double loss,
        double percentError,
        double meanSquaredCentroidNorm,
        double effectiveRank,
        double viewsPerSecond,
        double dataWait,
        double learningRate,
        double seconds) {}
