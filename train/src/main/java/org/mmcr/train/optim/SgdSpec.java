package org.mmcr.train.optim;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Stochastic gradient descent with momentum: {@code v = momentum v + g; p -= rate v}, or with Nesterov {@code p -= rate (g + momentum v)}.
 *
 * @param learningRate base rate, default 0.1
 * @param momentum default 0.9; 0 is plain descent
 * @param nesterov default false
 * @param weightDecay L2 coefficient added to every gradient, default 0
 */
public record SgdSpec(double learningRate, double momentum, boolean nesterov, double weightDecay)
        implements OptimizerSpec {
    public SgdSpec {
        OptimizerChecks.rate("sgd learningRate", learningRate);
        OptimizerChecks.fraction("sgd momentum", momentum);
        OptimizerChecks.notNegative("sgd weightDecay", weightDecay);
    }

    /** Momentum 0.9, no Nesterov, no decay. */
    public static SgdSpec of(double learningRate) {
        return new SgdSpec(learningRate, 0.9, false, 0);
    }

    @JsonCreator
    static SgdSpec fromConfig(
            @JsonProperty("learningRate") @Nullable Double learningRate,
            @JsonProperty("momentum") @Nullable Double momentum,
            @JsonProperty("nesterov") @Nullable Boolean nesterov,
            @JsonProperty("weightDecay") @Nullable Double weightDecay) {
        SgdSpec d = of(0.1);
        return new SgdSpec(
                OptimizerChecks.or(learningRate, d.learningRate),
                OptimizerChecks.or(momentum, d.momentum),
                nesterov == null ? d.nesterov : nesterov,
                OptimizerChecks.or(weightDecay, d.weightDecay));
    }
}
