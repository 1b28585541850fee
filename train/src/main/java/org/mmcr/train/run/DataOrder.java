package org.mmcr.train.run;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
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

    /**
     * Returns the order of a run.
     *
     * @param data source of the samples
     * @param samples indices of those that are trained on
     * @throws MmcrException if they do not fill one step
     */
    static DataOrder of(PretrainConfig config, DataSource data, int[] samples) {
        if (samples.length < config.stepPictures()) {
            throw tooFew(config, data.plural(), samples.length);
        }
        return new DataOrder(samples, config.stepPictures(), config.seed());
    }

    private static MmcrException tooFew(PretrainConfig config, String plural, int found) {
        int accumulate = config.accumulate();
        String step = accumulate == 1 ? "batch of " : "step of " + accumulate + " batches of ";
        int fitting = Integer.highestOneBit(found / accumulate);
        return new MmcrException("expected at least one whole " + step + config.batch() + " " + plural + ", found "
                + found + "; " + (fitting > 0 ? "use --batch " + fitting + " or " : "")
                + (accumulate > 1 ? "lower --accumulate or " : "") + "give more " + plural);
    }

    /**
     * Creates an order.
     *
     * @param samples at least as many as a batch
     * @param batch samples of a step
     */
    DataOrder(int[] samples, int batch, long seed) {
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
        RandomIndices.shuffle(order, generator(seed, epoch));
        return order;
    }

    /**
     * Returns the generator of an epoch. States of a SplittableRandom are a fixed step apart, so the seed is scattered
     * first; otherwise neighbouring seeds would share their numbers.
     */
    static SplittableRandom generator(long seed, int epoch) {
        return new SplittableRandom(new SplittableRandom(seed).nextLong() + epoch);
    }
}
