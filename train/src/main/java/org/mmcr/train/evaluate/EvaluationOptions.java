package org.mmcr.train.evaluate;

import java.util.List;
import org.mmcr.core.MmcrException;

/**
 * Settings of an evaluation.
 *
 * @param baselines whether the untrained encoder and the raw input are measured too
 * @param batch samples per forward pass
 * @param threads threads of each pass
 * @param labelsPerClass numbers of labels per class with which the protocols are repeated; empty for none
 * @param draws number of draws of those labels
 * @param seed seed of the draws and of the probe's validation split
 */
public record EvaluationOptions(
        boolean baselines, int batch, int threads, List<Integer> labelsPerClass, int draws, long seed) {

    public EvaluationOptions {
        labelsPerClass = List.copyOf(labelsPerClass);
        if (draws < 1 || labelsPerClass.stream().anyMatch(labels -> labels < 1)) {
            throw new MmcrException("expected at least one label of each class and one draw, found " + labelsPerClass
                    + " and " + draws + "; give for example --labels-per-class 1,5,10 --draws 10");
        }
    }

    /** Returns the options with baselines and without few labels. */
    public static EvaluationOptions defaults() {
        return new EvaluationOptions(true, 256, Runtime.getRuntime().availableProcessors(), List.of(), 1, 0);
    }

    /** Returns a copy without the untrained encoder and the raw input. */
    public EvaluationOptions withoutBaselines() {
        return new EvaluationOptions(false, batch, threads, labelsPerClass, draws, seed);
    }

    /** Returns a copy with another number of threads. */
    public EvaluationOptions withThreads(int other) {
        return new EvaluationOptions(baselines, batch, other, labelsPerClass, draws, seed);
    }

    /** Returns a copy that also scores with few labels. */
    public EvaluationOptions withFewLabels(List<Integer> perClass, int times) {
        return new EvaluationOptions(baselines, batch, threads, perClass, times, seed);
    }

    /** Returns a copy with another seed. */
    public EvaluationOptions withSeed(long other) {
        return new EvaluationOptions(baselines, batch, threads, labelsPerClass, draws, other);
    }
}
