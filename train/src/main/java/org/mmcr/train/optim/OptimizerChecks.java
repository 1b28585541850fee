package org.mmcr.train.optim;

import org.mmcr.core.MmcrException;

/** Range checks of hyper-parameters. */
final class OptimizerChecks {
    private OptimizerChecks() {}

    static void rate(String what, double value) {
        require(value > 0 && Double.isFinite(value), what, "greater than 0", value);
    }

    static void notNegative(String what, double value) {
        require(value >= 0 && Double.isFinite(value), what, "0 or more", value);
    }

    static void fraction(String what, double value) {
        require(value >= 0 && value < 1, what, "at least 0 and less than 1", value);
    }

    private static void require(boolean holds, String what, String range, double value) {
        if (!holds) {
            throw new MmcrException("expected " + what + " " + range + ", found " + value + "; change it");
        }
    }
}
