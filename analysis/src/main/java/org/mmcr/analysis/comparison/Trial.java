package org.mmcr.analysis.comparison;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.mmcr.train.run.PretrainConfig;

/**
 * One run of a comparison.
 *
 * @param objective name of the objective
 * @param tuning whether it is a tuning trial, which sees a part of the training data alone
 * @param index from 0 within its kind
 * @param learningRate base rate of the optimiser
 * @param weight value of the objective's {@link OwnWeight}
 * @param config the whole configuration
 */
record Trial(String objective, boolean tuning, int index, double learningRate, double weight, PretrainConfig config) {
    /** Learning rates are tried between 1/4 and 4 times the recipe's. */
    private static final double RATE_FACTOR = 4;

    /** A name of its own within the comparison, such as {@code simclr-seed0}. */
    String name() {
        return objective + (tuning ? "-tune" : "-seed") + index;
    }

    /**
     * Tuning trial {@code index}: the first has the published settings, the others random ones, the same draws for
     * every objective.
     */
    static Trial tuning(PretrainConfig base, String objective, int index) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(base.seed() * 1_000_003 + index);
        double rate = index == 0 ? 0 : random.nextDouble(-1, 1);
        double weight = index == 0 ? 0 : random.nextDouble(-1, 1);
        return of(
                base,
                objective,
                true,
                index,
                base.optimizer().learningRate() * Math.pow(RATE_FACTOR, rate),
                OwnWeight.of(objective).value().applyAsDouble(weight));
    }

    /** The run of seed {@code index} with the published settings. */
    static Trial published(PretrainConfig base, String objective, int index) {
        return of(
                base,
                objective,
                false,
                index,
                base.optimizer().learningRate(),
                OwnWeight.of(objective).value().applyAsDouble(0));
    }

    /** The run of seed {@code index} with the settings of a tuning trial. */
    static Trial tuned(PretrainConfig base, String objective, int index, TrialResult best) {
        return of(base, objective, false, index, best.learningRate(), best.weight());
    }

    private static Trial of(
            PretrainConfig base, String objective, boolean tuning, int index, double rate, double weight) {
        PretrainConfig config = base.with(
                        "objective",
                        "{type: " + objective + ", " + OwnWeight.of(objective).key() + ": " + text(weight) + "}")
                .with("optimizer.learningRate", Double.toString(rate));
        PretrainConfig seeded = tuning ? config : config.with("seed", Long.toString(base.seed() + index));
        return new Trial(objective, tuning, index, rate, weight, seeded);
    }

    /** A whole number without a decimal point, which a setting that counts requires. */
    private static String text(double weight) {
        return weight == Math.rint(weight) ? String.valueOf((long) weight) : String.valueOf(weight);
    }
}
