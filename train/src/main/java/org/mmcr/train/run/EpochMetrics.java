package org.mmcr.train.run;

import java.util.Map;
import org.mmcr.objective.MmcrLoss;
import org.mmcr.objective.information.AlignmentUniformity;

/**
 * The end of an epoch, as it is written to {@code epochs.jsonl}: figures of its last batch.
 *
 * @param step steps done
 * @param epoch zero-based
 * @param percentError how far the nuclear norm is from its upper bound, 0..1
 * @param meanSquaredCentroidNorm 1 when all views of each sample coincide
 * @param effectiveRank of the centroids
 * @param alignment mean squared distance of two views of a sample, 0..4
 * @param uniformity log of the mean of exp(-2 |x - y|^2) over samples, 0 when all coincide
 */
record EpochMetrics(
        long step,
        int epoch,
        double percentError,
        double meanSquaredCentroidNorm,
        double effectiveRank,
        double alignment,
        double uniformity) {

    static EpochMetrics of(long step, int epoch, Map<String, Double> figures, AlignmentUniformity geometry) {
        return new EpochMetrics(
                step,
                epoch,
                figures.get(MmcrLoss.PERCENT_ERROR),
                figures.get(MmcrLoss.MEAN_SQUARED_CENTROID_NORM),
                figures.get(MmcrLoss.EFFECTIVE_RANK),
                geometry.alignment(),
                geometry.uniformity());
    }
}
