package org.mmcr.core.quality;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.apiguardian.api.API;
import org.mmcr.core.BlasThreads;
import org.mmcr.core.MmcrException;
import org.mmcr.core.capacity.Matrix;
import org.mmcr.core.capacity.SeededRandom;
import org.mmcr.core.capacity.SeededRandom.Purpose;
import org.mmcr.core.capacity.TaskRunner;

/**
 * A measure of one encoder's embeddings, and its values on bootstrap samples of the pictures. Encoders that are
 * measured with the same pictures and options have the same bootstrap samples, so their values are paired.
 *
 * @param value of all pictures
 * @param drawn value on each bootstrap sample
 */
@API(status = API.Status.STABLE)
public record ResampledMeasure(double value, List<Double> drawn) {
    /** The measures that rank encoders: functions of a spectrum, of which a larger value is a better sign. */
    public static final Set<Measure> RANKING =
            Set.copyOf(EnumSet.of(Measure.LIDAR, Measure.RANKME, Measure.NESUM, Measure.EFFECTIVE_RANK));

    public ResampledMeasure {
        drawn = List.copyOf(drawn);
    }

    /**
     * Measures embeddings.
     *
     * @param measure one of {@link #RANKING}
     * @param options with at least 2 resamples
     * @return empty if the measure has no value on the embeddings or on a bootstrap sample, as after a collapse
     * @throws MmcrException for another measure, or without resamples
     */
    public static Optional<ResampledMeasure> of(
            EmbeddedViews embeddings, Measure measure, QualityOptions options, TaskRunner runner) {
        if (!RANKING.contains(measure)) {
            throw new MmcrException("expected one of lidar, rankme, nesum, effective_rank, found " + measure.key());
        }
        if (options.resamples() == 0) {
            throw new MmcrException("expected at least 2 bootstrap samples, found 0; 100 are usual");
        }
        BlasThreads.useOne();
        OptionalDouble value = value(embeddings, measure);
        List<OptionalDouble> drawn = runner.all(
                0,
                options.resamples(),
                r -> value(
                        embeddings.chosen(SeededRandom.generator(options.seed(), Purpose.RESAMPLES, r)
                                .ints(embeddings.pictures(), 0, embeddings.pictures())
                                .toArray()),
                        measure));
        return value.isPresent() && drawn.stream().allMatch(OptionalDouble::isPresent)
                ? Optional.of(new ResampledMeasure(
                        value.getAsDouble(),
                        drawn.stream().map(OptionalDouble::getAsDouble).toList()))
                : Optional.empty();
    }

    private static OptionalDouble value(EmbeddedViews embeddings, Measure measure) {
        return switch (measure) {
            case LIDAR -> SpectralMeasures.lidar(embeddings);
            case NESUM -> SpectralMeasures.nesum(SpectralMeasures.covarianceEigenvalues(embeddings.rows()));
            case RANKME -> SpectralMeasures.rankMe(singularValues(SpectralMeasures.scaled(embeddings.rows())));
            default ->
                embeddings.firstZeroRow().isPresent()
                        ? OptionalDouble.empty()
                        : SpectralMeasures.effectiveRank(
                                singularValues(embeddings.unit().centroids()));
        };
    }

    /** Good to about seven digits. */
    private static double[] singularValues(Matrix rows) {
        return Arrays.stream(SpectralMeasures.gramEigenvalues(rows))
                .map(Math::sqrt)
                .toArray();
    }
}
