package org.mmcr.objective;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.mmcr.core.theory.MmcrBounds;
import org.mmcr.core.theory.Regime;
import org.mmcr.core.theory.UniformEmbeddings;
import org.mmcr.objective.ObjectiveFigure.Better;

/**
 * The figures of {@link MmcrLoss} for a batch of N samples in D dimensions.
 *
 * @param localWeight without it ({@code 0}) the two terms of the loss are no figures: one is the loss, the other is
 *     not computed
 */
record MmcrFigures(double localWeight, long samples, long dimensions) {
    /** An effective rank below this fraction of min(N, D) is a collapse. */
    private static final double COLLAPSED = 0.05;

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

    /** The percent error of uniform embeddings, and the effective rank below which the centroids have collapsed. */
    static List<FigureReference> references(long samples, long dimensions) {
        long most = Math.min(samples, dimensions);
        double least = COLLAPSED * most;
        Diagnostic collapse = new Diagnostic(
                String.format(
                        Locale.ROOT,
                        "the centroids have collapsed: they use fewer than %.1f of %d directions and hardly distinguish"
                                + " samples",
                        least,
                        most),
                "lower the learning rate, lengthen the warm-up or clip gradients, and check that the views differ");
        return List.of(
                new FigureReference(
                        MmcrLoss.PERCENT_ERROR,
                        "uniform embeddings",
                        UniformEmbeddings.percentError(samples, dimensions),
                        Optional.empty()),
                new FigureReference(MmcrLoss.EFFECTIVE_RANK, "collapse", least, Optional.of(collapse)));
    }

    static List<Diagnostic> cautions(long samples, long dimensions) {
        if (Regime.of(samples, dimensions) != Regime.NEAR_THRESHOLD) {
            return List.of();
        }
        return List.of(new Diagnostic(
                "batch N = " + samples + " is within 2x of the embedding dimension D = " + dimensions
                        + ", where uniform embeddings stay farthest from the bound",
                "choose N from " + Regime.recommendedBatch(dimensions) + " up or a last projector width of at most "
                        + Regime.recommendedDimension(samples)));
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
