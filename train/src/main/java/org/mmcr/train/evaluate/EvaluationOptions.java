package org.mmcr.train.evaluate;

import java.util.List;
import java.util.OptionalInt;
import org.mmcr.core.MmcrException;
import org.mmcr.train.encoder.Precision;

/**
 * What an evaluation does.
 *
 * @param untrained also measure the same architecture and seed before training
 * @param raw also measure the raw input: pixels, or standardised columns
 * @param maxTrain use at most so many training samples, a seeded sample; empty for all
 * @param maxTest the same for the test data
 * @param precision of the encoder's arithmetic
 * @param batch samples per forward pass
 * @param threads that prepare views
 * @param labelsPerClass also measure with so few labels of each class; empty for not
 * @param draws how often those labels are drawn
 * @param seed of samples and of the probe's validation split
 */
public record EvaluationOptions(
        boolean untrained,
        boolean raw,
        OptionalInt maxTrain,
        OptionalInt maxTest,
        Precision precision,
        int batch,
        int threads,
        List<Integer> labelsPerClass,
        int draws,
        long seed) {

    public EvaluationOptions {
        labelsPerClass = List.copyOf(labelsPerClass);
        if (draws < 1 || labelsPerClass.stream().anyMatch(labels -> labels < 1)) {
            throw new MmcrException("expected at least one label of each class and one draw, found " + labelsPerClass
                    + " and " + draws + "; give for example --labels-per-class 1,5,10 --draws 10");
        }
        if (maxTrain.orElse(1) < 1 || maxTest.orElse(1) < 1) {
            throw new MmcrException("expected at least one sample in an evaluation sample, found "
                    + maxTrain.orElse(maxTest.orElse(0)) + "; leave the limit out to use all");
        }
    }

    /** Everything, on all of the data. */
    public static EvaluationOptions defaults() {
        return new EvaluationOptions(
                true,
                true,
                OptionalInt.empty(),
                OptionalInt.empty(),
                Precision.AUTO,
                256,
                Runtime.getRuntime().availableProcessors(),
                List.of(),
                1,
                0);
    }

    /** The trained encoder alone. */
    public EvaluationOptions withoutBaselines() {
        return new EvaluationOptions(
                false, false, maxTrain, maxTest, precision, batch, threads, labelsPerClass, draws, seed);
    }

    /** With the given baselines. */
    public EvaluationOptions withBaselines(boolean untrainedToo, boolean rawToo) {
        return new EvaluationOptions(
                untrainedToo, rawToo, maxTrain, maxTest, precision, batch, threads, labelsPerClass, draws, seed);
    }

    /** On at most so many samples. */
    public EvaluationOptions withSamples(OptionalInt train, OptionalInt test) {
        return new EvaluationOptions(
                untrained, raw, train, test, precision, batch, threads, labelsPerClass, draws, seed);
    }

    /** In another precision. */
    public EvaluationOptions withPrecision(Precision other) {
        return new EvaluationOptions(
                untrained, raw, maxTrain, maxTest, other, batch, threads, labelsPerClass, draws, seed);
    }

    /** With so many samples per forward pass. */
    public EvaluationOptions withBatch(int other) {
        return new EvaluationOptions(
                untrained, raw, maxTrain, maxTest, precision, other, threads, labelsPerClass, draws, seed);
    }

    /** With so many preparing threads. */
    public EvaluationOptions withThreads(int other) {
        return new EvaluationOptions(
                untrained, raw, maxTrain, maxTest, precision, batch, other, labelsPerClass, draws, seed);
    }

    /** Also with few labels, drawn so often. */
    public EvaluationOptions withFewLabels(List<Integer> perClass, int times) {
        return new EvaluationOptions(
                untrained, raw, maxTrain, maxTest, precision, batch, threads, perClass, times, seed);
    }

    /** With other samples and another validation split. */
    public EvaluationOptions withSeed(long other) {
        return new EvaluationOptions(
                untrained, raw, maxTrain, maxTest, precision, batch, threads, labelsPerClass, draws, other);
    }
}
