package org.mmcr.train.run;

import org.mmcr.core.MmcrException;

/** Range checks of configuration values. */
final class ConfigChecks {
    private ConfigChecks() {}

    static void positive(String what, double value) {
        require(value > 0 && !Double.isInfinite(value), what, value, "a number above 0");
    }

    static void positive(String what, long value) {
        positive(what, (double) value);
    }

    static void notNegative(String what, long value) {
        notNegative(what, (double) value);
    }

    static void notNegative(String what, double value) {
        require(value >= 0 && !Double.isInfinite(value), what, value, "0 or more");
    }

    /** Requires a value in [0, 1]. */
    static void fraction(String what, double value) {
        require(value >= 0 && value <= 1, what, value, "a fraction from 0 to 1");
    }

    static void require(boolean holds, String what, double found, String expected) {
        if (!holds) {
            throw new MmcrException(
                    "expected " + expected + " for " + what + ", found " + plain(found) + "; change it");
        }
    }

    static String plain(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
