package org.mmcr.report.evaluation;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mmcr.analysis.capacity.CapacityReport;
import org.mmcr.analysis.capacity.ClassCapacity;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.train.evaluate.Evaluation;
import org.mmcr.train.evaluate.EvaluationData;
import org.mmcr.train.evaluate.EvaluationListener;
import org.mmcr.train.evaluate.EvaluationOptions;
import org.mmcr.train.evaluate.Evaluator;
import org.mmcr.train.evaluate.FeatureModel;
import org.mmcr.train.evaluate.FeatureSet;
import org.mmcr.train.evaluate.ProgressListener;
import org.mmcr.train.evaluate.ProtocolResult;

/**
 * Several encoders measured on the same labelled data with the same protocols.
 *
 * @param encoders what was measured, in the order given
 * @param train the labelled data that protocols are fitted to
 * @param test the labelled data that is classified
 * @param machine cores and software
 * @param notes notes for the reader, each once
 * @param seconds wall time of everything
 */
public record EncoderComparison(
        List<Measured> encoders,
        Evaluation.Data train,
        Evaluation.Data test,
        Evaluation.Machine machine,
        List<String> notes,
        double seconds) {

    public EncoderComparison {
        encoders = List.copyOf(encoders);
        notes = List.copyOf(notes);
    }

    /**
     * An encoder to measure.
     *
     * @param name readable and unique, the heading of its column
     * @param source file or checkpoint
     * @param features computes its features
     */
    public record Named(String name, String source, FeatureModel features) {}

    /**
     * One encoder's results.
     *
     * @param name heading of its column
     * @param source file or checkpoint
     * @param input size of its input, such as {@code 224 x 224 pixels}
     * @param features number of features
     * @param secondsPerSample wall time of decoding, preparation and network; absent if the features were kept
     * @param capacity manifold capacity of the test data's classes; absent with too few points
     * @param protocols all scores, in the same order for every encoder
     */
    public record Measured(
            String name,
            String source,
            String input,
            int features,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Double> secondsPerSample,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Double> capacity,
            List<ProtocolResult> protocols) {
        public Measured {
            protocols = List.copyOf(protocols);
        }
    }

    /** Gives the features of an encoder: computes them, or reads those of an earlier command. */
    @FunctionalInterface
    public interface Features {
        /** Returns the features with the time they took. */
        Timed of(Named encoder, DataSource data, ProgressListener progress);
    }

    /**
     * Features with the time that they took.
     *
     * @param features closed by the receiver
     * @param seconds wall time; absent if they were not computed
     */
    public record Timed(FeatureSet features, Optional<Double> seconds) {}

    /** Measures the encoders one after the other. */
    public static EncoderComparison measure(
            List<Named> encoders,
            Features features,
            EvaluationData data,
            EvaluationOptions options,
            EvaluationListener listener) {
        long start = System.nanoTime();
        List<String> notes = new ArrayList<>(data.notes());
        List<Measured> measured = new ArrayList<>();
        for (Named encoder : encoders) {
            measured.add(measure(encoder, features, data, options, listener));
        }
        measured.stream()
                .flatMap(one -> one.protocols().stream())
                .flatMap(result -> result.score().notes().stream())
                .distinct()
                .forEach(notes::add);
        untimed(measured).ifPresent(notes::add);
        return new EncoderComparison(
                measured,
                Evaluation.Data.of(data.train()),
                Evaluation.Data.of(data.test()),
                Evaluation.Machine.here(),
                notes,
                (System.nanoTime() - start) / 1e9);
    }

    /** Says for which encoders there is no time, and how to measure it. */
    private static Optional<String> untimed(List<Measured> measured) {
        String names = measured.stream()
                .filter(one -> one.secondsPerSample().isEmpty())
                .map(Measured::name)
                .collect(Collectors.joining(", "));
        return names.isEmpty()
                ? Optional.empty()
                : Optional.of("no time per sample of " + names
                        + ": an earlier command kept the features; --no-cache computes and times them");
    }

    private static Measured measure(
            Named encoder,
            Features features,
            EvaluationData data,
            EvaluationOptions options,
            EvaluationListener listener) {
        listener.stage(encoder.name() + ": training " + data.train().plural());
        Timed train = features.of(
                encoder,
                data.train(),
                done -> listener.progress(done, data.train().size()));
        try (FeatureSet bank = train.features()) {
            listener.stage(encoder.name() + ": test " + data.test().plural());
            Timed test = features.of(
                    encoder,
                    data.test(),
                    done -> listener.progress(done, data.test().size()));
            try (FeatureSet queries = test.features()) {
                listener.stage(encoder.name() + ": protocols");
                int samples = data.train().size() + data.test().size();
                return new Measured(
                        encoder.name(),
                        encoder.source(),
                        encoder.features().view().shape().describe(),
                        encoder.features().width(),
                        train.seconds().flatMap(one -> test.seconds().map(other -> (one + other) / samples)),
                        capacity(queries, options, listener),
                        Evaluator.score(bank, queries, options));
            }
        }
    }

    private static Optional<Double> capacity(
            FeatureSet features, EvaluationOptions options, EvaluationListener listener) {
        try {
            return ClassCapacity.measure(features, options.seed(), options.threads())
                    .map(CapacityReport::capacity)
                    .map(CapacityReport.Value::value);
        } catch (MmcrException e) {
            listener.skipped("no capacity of the classes: " + e.getMessage());
            return Optional.empty();
        }
    }
}
