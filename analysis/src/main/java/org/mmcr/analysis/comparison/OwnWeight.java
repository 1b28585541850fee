package org.mmcr.analysis.comparison;

import java.util.Map;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;

/**
 * The setting of an objective that is tuned beside the learning rate.
 *
 * @param key its key in {@code objective}
 * @param value its value for u in -1..1; u = 0 gives the published value
 */
record OwnWeight(String key, DoubleUnaryOperator value) {
    private static final Map<String, OwnWeight> ALL = Map.of(
            "mmcr", new OwnWeight("localWeight", u -> 0.1 * Math.max(0, u)),
            "simclr", around("temperature", 0.5, 4),
            "barlow", around("weight", 0.005, 4),
            "vicreg", around("covarianceWeight", 1, 4),
            "wmse", around("ridge", 1e-6, 1000),
            "align-uniform", around("uniformityWeight", 1, 4),
            "lejepa", around("weight", 0.02, 4),
            "byol", new OwnWeight("decay", u -> 1 - 0.004 * Math.pow(4, u)),
            "simsiam", new OwnWeight("hidden", u -> Math.rint(512 * Math.pow(4, u))));

    /** The published value times a factor between 1 / {@code factor} and {@code factor}. */
    private static OwnWeight around(String key, double published, double factor) {
        return new OwnWeight(key, u -> published * Math.pow(factor, u));
    }

    /** Names of the objectives that have one. */
    static Set<String> objectives() {
        return ALL.keySet();
    }

    static OwnWeight of(String objective) {
        OwnWeight weight = ALL.get(objective);
        if (weight == null) {
            throw new IllegalArgumentException("no tuned setting is known for the objective " + objective);
        }
        return weight;
    }
}
