package org.mmcr.train.optim;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Adam (Kingma and Ba 2015, arXiv 1412.6980) with weight decay added to the gradient.
 *
 * @param learningRate base rate, default 1e-3
 * @param beta1 decay of the mean of gradients, default 0.9
 * @param beta2 decay of the mean of squared gradients, default 0.999
 * @param epsilon added to the root of the second mean, default 1e-8
 * @param weightDecay L2 coefficient added to every gradient, default 0
 */
public record AdamSpec(double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
        implements OptimizerSpec {
    public AdamSpec {
        OptimizerChecks.rate("adam learningRate", learningRate);
        OptimizerChecks.fraction("adam beta1", beta1);
        OptimizerChecks.fraction("adam beta2", beta2);
        OptimizerChecks.notNegative("adam epsilon", epsilon);
        OptimizerChecks.notNegative("adam weightDecay", weightDecay);
    }

    /** Default settings with the given rate and decay. */
    public static AdamSpec of(double learningRate, double weightDecay) {
        return new AdamSpec(learningRate, 0.9, 0.999, 1e-8, weightDecay);
    }

    @JsonCreator
    static AdamSpec fromConfig(
            @JsonProperty("learningRate") @Nullable Double learningRate,
            @JsonProperty("beta1") @Nullable Double beta1,
            @JsonProperty("beta2") @Nullable Double beta2,
            @JsonProperty("epsilon") @Nullable Double epsilon,
            @JsonProperty("weightDecay") @Nullable Double weightDecay) {
        AdamSpec d = of(1e-3, 0);
        return new AdamSpec(
                OptimizerChecks.or(learningRate, d.learningRate),
                OptimizerChecks.or(beta1, d.beta1),
                OptimizerChecks.or(beta2, d.beta2),
                OptimizerChecks.or(epsilon, d.epsilon),
                OptimizerChecks.or(weightDecay, d.weightDecay));
    }
}
