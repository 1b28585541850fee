package org.mmcr.core.quality;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.mmcr.core.BlasThreads;
import org.mmcr.core.JitteredSample;
import org.mmcr.core.MmcrException;
import org.mmcr.core.capacity.CapacityProgress;
import org.mmcr.core.capacity.CapacitySummary.Interval;
import org.mmcr.core.capacity.Matrix;
import org.mmcr.core.capacity.SeededRandom;
import org.mmcr.core.capacity.SeededRandom.Purpose;
import org.mmcr.core.capacity.TaskRunner;

/**
 * The quality of a representation without labels. Intervals of the spectral measures are normal intervals with the
 * standard error of bootstrap samples of the pictures; {@link NeighbourMeasures} and {@link ViewCapacity} have their
 * own. The result does not depend on the number of threads. OpenBLAS is set to one thread for the whole process.
 *
 * @param values each measure that has a value, with its 95 % interval, whose ends are NaN if it needs resamples and
 *     there were none
 * @param powerLaw the fit of alpha-ReQ, if there is one
 * @param clusters number of clusters of the cluster learnability; 0 without it
 * @param cautions measures that mean nothing or little on this input, with the reason; those without a value are here
 */
@API(status = API.Status.STABLE)
public record RepresentationQuality(
        Map<Measure, Interval> values, Optional<PowerLaw> powerLaw, int clusters, List<Reason> cautions) {
    /** Largest number of pictures whose distances are measured, because time grows with its square. */
    public static final int MOST_PAIRS = 5000;

    private static final double NORMAL_95 = 1.96;

    public RepresentationQuality {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        cautions = List.copyOf(cautions);
    }

    /**
     * A reason why a measure means nothing or little.
     *
     * @param measure the measure
     * @param text one sentence
     */
    public record Reason(Measure measure, String text) {}

    /**
     * Measures embeddings on the calling thread with the default options.
     *
     * @param rows (N*K, D), the K views of a picture in adjacent rows; copied
     * @param views K; with 1, the measures of views have no value
     * @throws MmcrException if the shape does not fit, or a number is not finite
     */
    public static RepresentationQuality of(double[][] rows, int views) {
        EmbeddedViews embeddings = EmbeddedViews.of(rows, views);
        return of(
                embeddings, QualityOptions.defaults(embeddings.dimension()), TaskRunner.IN_TURN, CapacityProgress.NONE);
    }

    /**
     * Measures embeddings.
     *
     * @param runner runs parts of the work, for example on several threads
     */
    public static RepresentationQuality of(
            EmbeddedViews embeddings, QualityOptions options, TaskRunner runner, CapacityProgress progress) {
        BlasThreads.useOne();
        Measuring measuring = new Measuring(embeddings, options, runner, progress);
        measuring.spectra();
        measuring.distances();
        measuring.capacity();
        return new RepresentationQuality(
                measuring.values, measuring.powerLaw, measuring.clusters, measuring.reasons.all());
    }

    /** Returns a measure's value; empty where it has none. */
    public OptionalDouble value(Measure measure) {
        return values.containsKey(measure)
                ? OptionalDouble.of(values.get(measure).value())
                : OptionalDouble.empty();
    }

    /** Returns the measures in the order of their declaration, with what a function makes of each value. */
    public <T> Map<String, T> byKey(Function<Interval, T> of) {
        Map<String, T> named = new LinkedHashMap<>();
        values.forEach((measure, value) -> named.put(measure.key(), of.apply(value)));
        return named;
    }

    /** The stages of one measurement. */
    private static final class Measuring {
        private final EmbeddedViews embeddings;
        private final QualityOptions options;
        private final TaskRunner runner;
        private final CapacityProgress progress;
        private final boolean directed;
        private final Map<Measure, Interval> values = new EnumMap<>(Measure.class);
        private final QualityReasons reasons;
        private Optional<PowerLaw> powerLaw = Optional.empty();
        private int clusters;

        Measuring(EmbeddedViews embeddings, QualityOptions options, TaskRunner runner, CapacityProgress progress) {
            this.embeddings = embeddings;
            this.options = options;
            this.runner = runner;
            this.progress = progress;
            directed = embeddings.firstZeroRow().isEmpty();
            reasons = new QualityReasons(embeddings);
        }

        void spectra() {
            Map<Measure, Double> found = SpectralFigures.exact(embeddings);
            double[] covariance = SpectralMeasures.covarianceEigenvalues(embeddings.rows());
            powerLaw = PowerLaw.fit(covariance);
            reasons.ofSpectra(found, covariance, powerLaw);
            List<Map<Measure, Double>> drawn = resampled();
            found.forEach((measure, value) -> values.put(
                    measure,
                    interval(
                            value,
                            drawn.stream()
                                    .filter(one -> one.containsKey(measure))
                                    .mapToDouble(one -> one.get(measure))
                                    .toArray())));
        }

        private List<Map<Measure, Double>> resampled() {
            List<Map<Measure, Double>> drawn = new ArrayList<>();
            int together = 16;
            for (int from = 0; from < options.resamples(); from += together) {
                progress.at("resampled pictures", from, options.resamples());
                drawn.addAll(runner.all(from, Math.min(options.resamples(), from + together), r -> {
                    RandomGenerator random = SeededRandom.generator(options.seed(), Purpose.RESAMPLES, r);
                    int[] pictures = random.ints(embeddings.pictures(), 0, embeddings.pictures())
                            .toArray();
                    return SpectralFigures.fast(embeddings.chosen(pictures));
                }));
            }
            return drawn;
        }

        void distances() {
            if (!directed) {
                return;
            }
            progress.at("distances between pictures", 0, 1);
            EmbeddedViews unit = embeddings.unit();
            if (unit.views() > 1) {
                values.put(Measure.ALIGNMENT, mean(alignments(unit)));
            }
            if (unit.pictures() < NeighbourMeasures.FEWEST) {
                reasons.tooFewPictures();
                return;
            }
            neighbours(
                    unit.chosen(JitteredSample.of(unit.pictures(), MOST_PAIRS)).viewsAt(0));
            PairedViews.of(unit, runner).ifPresent(pairs -> {
                Interval found = mean(pairs.terms(runner));
                values.put(Measure.INFONCE, found);
                reasons.ofInfoNce(found.value(), pairs.size());
            });
        }

        private void neighbours(Matrix rows) {
            NeighbourMeasures found = NeighbourMeasures.of(rows, options.seed(), runner);
            values.put(Measure.UNIFORMITY, found.uniformity());
            found.learnability().ifPresent(value -> values.put(Measure.CLUSTER_LEARNABILITY, value));
            found.intrinsicDimension().ifPresent(value -> values.put(Measure.INTRINSIC_DIMENSION, value));
            clusters = found.learnability().isPresent() ? found.clusters() : 0;
            reasons.ofNeighbours(found, rows.rows());
        }

        void capacity() {
            if (embeddings.views() < 2 || embeddings.pictures() < 2) {
                return;
            }
            progress.at("capacity of the views", 0, 1);
            try {
                ViewCapacity found = ViewCapacity.of(embeddings, options.seed(), runner);
                values.put(Measure.VIEW_CAPACITY, found.capacity());
                values.put(Measure.VIEW_RADIUS, found.radius());
                values.put(Measure.VIEW_DIMENSION, found.dimension());
                reasons.ofCapacity(found);
            } catch (MmcrException e) {
                reasons.add(Measure.VIEW_CAPACITY, String.valueOf(e.getMessage()));
            }
        }

        /** |mean of K unit views|^2 = (K + K (K - 1) mean cosine) / K^2, and |x - y|^2 = 2 - 2 cos. */
        private static double[] alignments(EmbeddedViews unit) {
            Matrix centroids = unit.centroids();
            double views = unit.views();
            return IntStream.range(0, centroids.rows())
                    .mapToDouble(n -> {
                        double square = 0;
                        for (int d = 0; d < centroids.columns(); d++) {
                            double value = centroids.values()[n * centroids.columns() + d];
                            square += value * value;
                        }
                        return Math.max(0, 2 * views / (views - 1) * (1 - square));
                    })
                    .toArray();
        }

        /** The mean of terms, with the normal interval of its standard error. */
        private static Interval mean(double[] terms) {
            double mean = Arrays.stream(terms).average().orElseThrow();
            double squares =
                    Arrays.stream(terms).map(x -> (x - mean) * (x - mean)).sum();
            double error = Math.sqrt(squares / Math.max(1, terms.length - 1) / terms.length);
            return new Interval(mean, mean - NORMAL_95 * error, mean + NORMAL_95 * error);
        }

        /** The normal interval with the standard deviation of the resamples; without them it is not known. */
        private static Interval interval(double value, double[] drawn) {
            if (drawn.length < 2) {
                return new Interval(value, Double.NaN, Double.NaN);
            }
            double mean = Arrays.stream(drawn).average().orElseThrow();
            double squares =
                    Arrays.stream(drawn).map(x -> (x - mean) * (x - mean)).sum();
            double error = Math.sqrt(squares / (drawn.length - 1));
            return new Interval(value, value - NORMAL_95 * error, value + NORMAL_95 * error);
        }
    }
}
