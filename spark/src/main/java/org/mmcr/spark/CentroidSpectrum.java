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
 * What the objective sees of embeddings, from their centroids' Gram matrix alone. The names are those of {@code mmcr analyze}.
 *
 * @param samples N
 * @param views K
 * @param dimension D
 * @param nuclearNorm of the (N, D) matrix of centroids
 * @param upperBound the most it can be
 * @param percentError share of the bound that is missing, in 0..1
 * @param uniformPercentError the same for as many uniform points whose views coincide
 * @param marchenkoPasturDistance largest distance between the distribution of the squared singular values, brought to mean 1,
 *     and the law that uniform points follow: 0 alike, 1 apart
 * @param effectiveRank exp of the entropy of the singular values divided by their sum
 * @param invariance root of the mean squared centroid length
 * @param spread the nuclear norm as a share of the most it can be with these lengths
 * @param meanSquaredCentroidNorm mean of |centroid|^2
 * @param alignment mean squared distance between two views of a sample; empty for one view
 * @param singularValues descending, min(N, D) of them
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

    /** Kolmogorov's distance between the squares' steps and the law. */
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
