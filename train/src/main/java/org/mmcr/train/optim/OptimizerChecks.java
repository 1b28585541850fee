package org.mmcr.train.optim;

import org.mmcr.core.MmcrException;

/** Range checks of hyper-parameters. */
final class OptimizerChecks {
    private OptimizerChecks() {}

    static void rate(String what, double value) {
        require(value > 0 && Double.isFinite(value), what, "greater than 0", value);
    }

    static void count(String what, int value) {
        if (value < 1) {
            throw new MmcrException("expected " + what + " 1 or more, found " + value + "; change it");
        }
    }

    static void notNegative(String what, double value) {
        require(value >= 0 && Double.isFinite(value), what, "0 or more", value);
    }

    static void fraction(String what, double value) {
        require(value >= 0 && value < 1, what, "at least 0 and less than 1", value);
    }

    /** Checks the factor between the learning rates of a block and the block above it. */
    static void layerDecay(String type, double value) {
        require(value > 0 && value <= 1, type + " layerDecay", "greater than 0 and at most 1", value);
    }

    /** Checks the settings that Adam and AdamW share; {@code type} is the optimiser's name in a recipe. */
    static void adam(String type, double learningRate, double beta1, double beta2, double epsilon, double weightDecay) {
        rate(type + " learningRate", learningRate);
        fraction(type + " beta1", beta1);
        fraction(type + " beta2", beta2);
        notNegative(type + " epsilon", epsilon);
        notNegative(type + " weightDecay", weightDecay);
    }

    private static void require(boolean holds, String what, String range, double value) {
        if (!holds) {
            throw new MmcrException("expected " + what + " " + range + ", found " + value + "; change it");
        }
    }
}
