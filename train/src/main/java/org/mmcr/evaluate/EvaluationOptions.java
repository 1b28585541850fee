package org.mmcr.evaluate;

import java.util.OptionalInt;
import org.mmcr.MmcrException;
import org.mmcr.encoder.Precision;

/**
 * What an evaluation does.
 *
 * @param untrained also measure the same architecture and seed before training
 * @param pixels also measure raw pixels
 * @param maxTrain use at most so many training pictures, a seeded sample; empty for all
 * @param maxTest the same for the test pictures
 * @param precision of the encoder's arithmetic
 * @param batch pictures per forward pass
 * @param threads that prepare pictures
 * @param seed of samples and of the probe's validation split
 */
public record EvaluationOptions(
        boolean untrained,
        boolean pixels,
        OptionalInt maxTrain,
        OptionalInt maxTest,
        Precision precision,
        int batch,
        int threads,
        long seed) {

    public EvaluationOptions {
        if (maxTrain.orElse(1) < 1 || maxTest.orElse(1) < 1) {
            throw new MmcrException("expected at least one picture in an evaluation sample, found "
                    + maxTrain.orElse(maxTest.orElse(0)) + "; leave the limit out to use all");
        }
    }

    /** Everything, on all pictures. */
    public static EvaluationOptions defaults() {
        return new EvaluationOptions(
                true,
                true,
                OptionalInt.empty(),
                OptionalInt.empty(),
                Precision.AUTO,
                256,
                Runtime.getRuntime().availableProcessors(),
                0);
    }

    /** The trained encoder alone. */
    public EvaluationOptions withoutBaselines() {
        return new EvaluationOptions(false, false, maxTrain, maxTest, precision, batch, threads, seed);
    }

    /** With the given baselines. */
    public EvaluationOptions withBaselines(boolean untrainedToo, boolean pixelsToo) {
        return new EvaluationOptions(untrainedToo, pixelsToo, maxTrain, maxTest, precision, batch, threads, seed);
    }

    /** On at most so many pictures. */
    public EvaluationOptions withSamples(OptionalInt train, OptionalInt test) {
        return new EvaluationOptions(untrained, pixels, train, test, precision, batch, threads, seed);
    }

    /** In another precision. */
    public EvaluationOptions withPrecision(Precision other) {
        return new EvaluationOptions(untrained, pixels, maxTrain, maxTest, other, batch, threads, seed);
    }

    /** With so many pictures per forward pass. */
    public EvaluationOptions withBatch(int other) {
        return new EvaluationOptions(untrained, pixels, maxTrain, maxTest, precision, other, threads, seed);
    }

    /** With so many preparing threads. */
    public EvaluationOptions withThreads(int other) {
        return new EvaluationOptions(untrained, pixels, maxTrain, maxTest, precision, batch, other, seed);
    }

    /** With other samples and another validation split. */
    public EvaluationOptions withSeed(long other) {
        return new EvaluationOptions(untrained, pixels, maxTrain, maxTest, precision, batch, threads, other);
    }
}
