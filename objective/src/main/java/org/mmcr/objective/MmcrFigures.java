package org.mmcr.objective;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mmcr.core.theory.MmcrBounds;
import org.mmcr.objective.ObjectiveFigure.Better;

/**
 * The figures of {@link MmcrLoss} for a batch of N samples in D dimensions.
 *
 * @param localWeight without it ({@code 0}) the two terms of the loss are no figures: one is the loss, the other is not computed
 */
record MmcrFigures(double localWeight, long samples, long dimensions) {
    static List<ObjectiveFigure> descriptions(double localWeight) {
        List<ObjectiveFigure> figures = new ArrayList<>(List.of(
                new ObjectiveFigure(
                        MmcrLoss.PERCENT_ERROR,
                        "Percent error",
                        "the fraction of the largest possible nuclear norm that the batch's centroids miss",
                        true,
                        Better.LOWER),
                new ObjectiveFigure(
                        MmcrLoss.MEAN_SQUARED_CENTROID_NORM,
                        "Mean squared centroid norm",
                        "1 when all views of each sample coincide",
                        false,
                        Better.HIGHER),
                new ObjectiveFigure(
                        MmcrLoss.EFFECTIVE_RANK,
                        "Effective rank",
                        "how many directions the centroids use evenly, at most the smaller of N and D",
                        false,
                        Better.HIGHER)));
        if (localWeight != 0) {
            figures.add(new ObjectiveFigure(
                    MmcrLoss.NUCLEAR_NORM,
                    "Nuclear norm of the centroids",
                    "the sum of the singular values of the centroids",
                    false,
                    Better.HIGHER));
            figures.add(new ObjectiveFigure(
                    MmcrLoss.LOCAL_NUCLEAR_NORM,
                    "Local nuclear norm",
                    "the mean over samples of the nuclear norm of a sample's views",
                    false,
                    localWeight > 0 ? Better.LOWER : Better.HIGHER));
        }
        return List.copyOf(figures);
    }

    double loss(double nuclearNorm, double localNuclearNorm) {
        return -nuclearNorm + localWeight * localNuclearNorm;
    }

    /** squaredNorm: sum of the squared singular values of the centroids. */
    Map<String, Double> values(double nuclearNorm, double localNuclearNorm, double squaredNorm, double effectiveRank) {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put(MmcrLoss.PERCENT_ERROR, MmcrBounds.percentError(nuclearNorm, samples, dimensions));
        values.put(MmcrLoss.MEAN_SQUARED_CENTROID_NORM, squaredNorm / samples);
        values.put(MmcrLoss.EFFECTIVE_RANK, effectiveRank);
        if (localWeight != 0) {
            values.put(MmcrLoss.NUCLEAR_NORM, nuclearNorm);
            values.put(MmcrLoss.LOCAL_NUCLEAR_NORM, localNuclearNorm);
        }
        return values;
    }
}
