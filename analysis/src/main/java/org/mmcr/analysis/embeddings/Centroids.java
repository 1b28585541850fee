package org.mmcr.analysis.embeddings;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.core.theory.MmcrBounds;
import org.mmcr.core.theory.UniformEmbeddings;
import org.mmcr.objective.linalg.PolarFactor;

/**
 * Figures of the (N, D) matrix of centroids, each the mean of a sample's K unit views.
 *
 * <p>The distance from the bound has two causes, and they multiply: {@code 1 - percentError = invariance * spread}.
 *
 * @param nuclearNorm nuclear norm of the matrix
 * @param upperBound upper bound of the nuclear norm
 * @param percentError fraction of the bound that is missing, in 0..1
 * @param uniformPercentError the same for as many uniform points whose views coincide
 * @param effectiveRank exp of the entropy of the singular values divided by their sum
 * @param invariance root of the mean squared length: the fraction of the bound that remains with these view
 *     differences; absent with one view
 * @param spread nuclear norm as a fraction of its upper bound for this Frobenius norm: 1 when all singular values are
 *     equal
 * @param squaredCentroidNorm |centroid|^2 over the samples, each in 0..1; absent with one view
 * @param singularValues descending
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record Centroids(
        long samples,
        int views,
        long dimension,
        double nuclearNorm,
        double upperBound,
        double percentError,
        double uniformPercentError,
        double effectiveRank,
        OptionalDouble invariance,
        double spread,
        Optional<Distribution> squaredCentroidNorm,
        List<Double> singularValues) {

    /** Computes the figures of unit views (N, K, D), float64. */
    static Centroids of(Tensor unit) {
        Tensor centroids = unit.mean(1);
        long samples = unit.size(0);
        long dimension = unit.size(2);
        boolean several = unit.size(1) > 1;
        PolarFactor polar = PolarFactor.of(centroids);
        double length = Math.sqrt(polar.squaredNorm());
        double widest = length * Math.sqrt((double) Math.min(samples, dimension));
        return new Centroids(
                samples,
                Math.toIntExact(unit.size(1)),
                dimension,
                polar.nuclearNorm(),
                MmcrBounds.upperBound(samples, dimension),
                MmcrBounds.percentError(polar.nuclearNorm(), samples, dimension),
                UniformEmbeddings.percentError(samples, dimension),
                polar.effectiveRank(),
                several ? OptionalDouble.of(length / Math.sqrt((double) samples)) : OptionalDouble.empty(),
                widest == 0 ? 0 : polar.nuclearNorm() / widest,
                several ? Optional.of(Distribution.of(centroids.square().sum(1))) : Optional.empty(),
                polar.singularValues());
    }
}
