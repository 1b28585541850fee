package org.mmcr.train.optim;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Layer-wise adaptive rates for very large batches (You et al. 2017, arXiv 1708.03888), with the exclusions of the published ImageNet recipe: vectors
 * (batch-norm scales and shifts) are neither decayed nor adapted.
 *
 * @param learningRate base rate, default 0.6 (for batch 256; the published rule is 0.6 * batch / 256)
 * @param momentum default 0.9
 * @param weightDecay L2 coefficient added to the gradients of matrices and convolutions, default 1e-6
 * @param eta trust coefficient: their gradient is scaled by eta |p| / |g|, default 0.001
 */
public record LarsSpec(double learningRate, double momentum, double weightDecay, double eta) implements OptimizerSpec {
    public LarsSpec {
        OptimizerChecks.rate("lars learningRate", learningRate);
        OptimizerChecks.fraction("lars momentum", momentum);
        OptimizerChecks.notNegative("lars weightDecay", weightDecay);
        OptimizerChecks.rate("lars eta", eta);
    }

    /** The published settings at the given rate. */
    public static LarsSpec of(double learningRate) {
        return new LarsSpec(learningRate, 0.9, 1e-6, 0.001);
    }

    @JsonCreator
    static LarsSpec fromConfig(
            @JsonProperty("learningRate") @Nullable Double learningRate,
            @JsonProperty("momentum") @Nullable Double momentum,
            @JsonProperty("weightDecay") @Nullable Double weightDecay,
            @JsonProperty("eta") @Nullable Double eta) {
        LarsSpec d = of(0.6);
        return new LarsSpec(
                OptimizerChecks.or(learningRate, d.learningRate),
                OptimizerChecks.or(momentum, d.momentum),
                OptimizerChecks.or(weightDecay, d.weightDecay),
                OptimizerChecks.or(eta, d.eta));
    }
}
