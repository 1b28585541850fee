package org.mmcr.train.run;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.mmcr.core.MmcrException;
import org.mmcr.data.RandomIndices;

/**
 * The order of the samples: a permutation for each epoch that depends on (seed, epoch) only, cut into whole batches.
 * The incomplete last batch of an epoch is left out.
 */
final class DataOrder {
    private final int[] samples;
    private final int batch;
    private final long seed;
    private int shuffledEpoch = -1;
    private int[] shuffled = new int[0];

    DataOrder(int[] samples, int batch, long seed) {
        if (samples.length < batch) {
            throw new MmcrException(
                    "expected at least one whole batch of " + batch + " pictures, found " + samples.length
                            + "; use --batch " + Math.max(1, Integer.highestOneBit(Math.max(1, samples.length)))
                            + " or give more pictures");
        }
        this.samples = samples.clone();
        this.batch = batch;
        this.seed = seed;
    }

    int size() {
        return samples.length;
    }

    long stepsPerEpoch() {
        return samples.length / batch;
    }

    int epoch(long step) {
        return Math.toIntExact(step / stepsPerEpoch());
    }

    /** The samples of a zero-based step. */
    synchronized int[] samples(long step) {
        int epoch = epoch(step);
        if (epoch != shuffledEpoch) {
            shuffled = shuffle(epoch);
            shuffledEpoch = epoch;
        }
        int from = (int) (step % stepsPerEpoch()) * batch;
        return Arrays.copyOfRange(shuffled, from, from + batch);
    }

    private int[] shuffle(int epoch) {
        int[] order = samples.clone();
        SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + epoch);
        RandomIndices.shuffle(order, random);
        return order;
    }
}
