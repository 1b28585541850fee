package org.mmcr.spark;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.OptionalDouble;
import org.bytedeco.javacpp.PointerScope;
import org.mmcr.core.theory.MarchenkoPastur;
import org.mmcr.core.theory.MmcrBounds;
import org.mmcr.core.theory.UniformEmbeddings;
import org.mmcr.objective.linalg.GramRoot;
import org.mmcr.objective.linalg.SingularValues;

/**
 * Figures of the objective, computed from the Gram matrix of the centroids. The names are those of
 * {@code mmcr analyze}.
 *
 * @param samples N
 * @param views K
 * @param dimension D
 * @param nuclearNorm nuclear norm of the (N, D) matrix of centroids
 * @param upperBound upper bound of the nuclear norm
 * @param percentError 1 - nuclearNorm / upperBound, in 0..1
 * @param uniformPercentError expected percent error of as many uniform points whose views coincide
 * @param marchenkoPasturDistance Kolmogorov distance between the distribution of the squared singular values, scaled
 *     to mean 1, and the Marchenko-Pastur law of uniform points; 0 is equal, 1 is disjoint
 * @param effectiveRank exponential of the entropy of the singular values divided by their sum
 * @param invariance square root of the mean squared centroid length
 * @param spread nuclear norm as a fraction of its bound for centroids of these lengths
 * @param meanSquaredCentroidNorm mean of |centroid|^2
 * @param alignment mean squared distance between two views of a sample; empty for one view
 * @param singularValues min(N, D) singular values, descending
 */
public record CentroidSpectrum(
        long samples,
        int views,
        int dimension,
        double nuclearNorm,
        double upperBound,
        double percentError,
        double uniformPercentError,
        double marchenkoPasturDistance,
        double effectiveRank,
        double invariance,
        double spread,
        double meanSquaredCentroidNorm,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) OptionalDouble alignment,
        List<Double> singularValues) {

    static CentroidSpectrum of(GramSum sum) {
        long samples = sum.samples();
        int dimension = sum.dimension();
        try (PointerScope scope = new PointerScope()) {
            SingularValues spectrum = GramRoot.of(sum.gram()).singularValues();
            int count = Math.toIntExact(Math.min(samples, dimension));
            List<Double> values = List.copyOf(spectrum.values().subList(0, count));
            double widest = Math.sqrt(spectrum.squaredNorm() * count);
            double meanSquare = spectrum.squaredNorm() / samples;
            return new CentroidSpectrum(
                    samples,
                    sum.views(),
                    dimension,
                    spectrum.nuclearNorm(),
                    MmcrBounds.upperBound(samples, dimension),
                    MmcrBounds.percentError(spectrum.nuclearNorm(), samples, dimension),
                    UniformEmbeddings.percentError(samples, dimension),
                    distance(values, spectrum.squaredNorm(), MarchenkoPastur.of(samples, dimension)),
                    spectrum.effectiveRank(),
                    Math.sqrt(meanSquare),
                    widest == 0 ? 0 : spectrum.nuclearNorm() / widest,
                    meanSquare,
                    sum.views() == 1
                            ? OptionalDouble.empty()
                            : OptionalDouble.of(Math.max(0, 2 - 2 * sum.meanCosine())),
                    values);
        }
    }

    /** Kolmogorov distance between the empirical distribution of the squares and the law. */
    private static double distance(List<Double> descending, double squaredNorm, MarchenkoPastur law) {
        int count = descending.size();
        double mean = squaredNorm / count;
        double worst = mean == 0 ? 1 : 0;
        for (int i = 0; i < count && mean > 0; i++) {
            double value = descending.get(count - 1 - i);
            double expected = law.cumulative(value * value / mean);
            worst = Math.max(worst, Math.max(expected - (double) i / count, (i + 1.0) / count - expected));
        }
        return worst;
    }
}
