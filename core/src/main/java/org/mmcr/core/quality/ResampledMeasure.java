package org.mmcr.core.quality;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
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
    /** The measures that rank encoders; of all, a larger value is a better sign. */
    public static final Set<Measure> RANKING = Collections.unmodifiableSet(
            EnumSet.of(Measure.INFONCE, Measure.LIDAR, Measure.RANKME, Measure.NESUM, Measure.EFFECTIVE_RANK));

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
            throw new MmcrException("expected one of "
                    + RANKING.stream().map(Measure::key).collect(Collectors.joining(", ")) + ", found "
                    + measure.key());
        }
        if (options.resamples() == 0) {
            throw new MmcrException("expected at least 2 bootstrap samples, found 0; 100 are usual");
        }
        BlasThreads.useOne();
        return measure == Measure.INFONCE
                ? ofPairs(embeddings, options, runner)
                : ofSpectrum(embeddings, measure, options, runner);
    }

    private static Optional<ResampledMeasure> ofSpectrum(
            EmbeddedViews embeddings, Measure measure, QualityOptions options, TaskRunner runner) {
        OptionalDouble value = value(embeddings, measure);
        List<OptionalDouble> drawn = runner.all(
                0,
                options.resamples(),
                r -> value(embeddings.chosen(sample(options, r, embeddings.pictures())), measure));
        return value.isPresent() && drawn.stream().allMatch(OptionalDouble::isPresent)
                ? Optional.of(new ResampledMeasure(
                        value.getAsDouble(),
                        drawn.stream().map(OptionalDouble::getAsDouble).toList()))
                : Optional.empty();
    }

    /** With the factor of the score that is best for all pictures: it is a maximum, so samples change it little. */
    private static Optional<ResampledMeasure> ofPairs(
            EmbeddedViews embeddings, QualityOptions options, TaskRunner runner) {
        return PairedViews.of(embeddings, runner).map(pairs -> {
            Matrix counts = Matrix.zeros(options.resamples(), pairs.size());
            for (int r = 0; r < options.resamples(); r++) {
                for (int picture : sample(options, r, pairs.size())) {
                    counts.values()[r * pairs.size() + picture]++;
                }
            }
            return new ResampledMeasure(
                    pairs.value(runner),
                    Arrays.stream(pairs.resampled(counts, runner)).boxed().toList());
        });
    }

    /** The pictures of a bootstrap sample, the same for every encoder. */
    private static int[] sample(QualityOptions options, int number, int pictures) {
        return SeededRandom.generator(options.seed(), Purpose.RESAMPLES, number)
                .ints(pictures, 0, pictures)
                .toArray();
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
