package org.mmcr.train.optim;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019, arXiv 1711.05101). Vectors (batch-norm scales and shifts) are not decayed.
 *
 * @param learningRate base rate, default 1e-3
 * @param beta1 decay of the mean of gradients, default 0.9
 * @param beta2 decay of the mean of squared gradients, default 0.999
 * @param epsilon added to the root of the second mean, default 1e-8
 * @param weightDecay a weight shrinks by learning rate times this in each step, default 0.01
 */
public record AdamWSpec(double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
        implements OptimizerSpec {
    public AdamWSpec {
        OptimizerChecks.rate("adamw learningRate", learningRate);
        OptimizerChecks.fraction("adamw beta1", beta1);
        OptimizerChecks.fraction("adamw beta2", beta2);
        OptimizerChecks.notNegative("adamw epsilon", epsilon);
        OptimizerChecks.notNegative("adamw weightDecay", weightDecay);
    }

    /** Default settings with the given rate and decay. */
    public static AdamWSpec of(double learningRate, double weightDecay) {
        return new AdamWSpec(learningRate, 0.9, 0.999, 1e-8, weightDecay);
    }

    @JsonCreator
    static AdamWSpec fromConfig(
            @JsonProperty("learningRate") @Nullable Double learningRate,
            @JsonProperty("beta1") @Nullable Double beta1,
            @JsonProperty("beta2") @Nullable Double beta2,
            @JsonProperty("epsilon") @Nullable Double epsilon,
            @JsonProperty("weightDecay") @Nullable Double weightDecay) {
        AdamWSpec d = of(1e-3, 0.01);
        return new AdamWSpec(
                OptimizerChecks.or(learningRate, d.learningRate),
                OptimizerChecks.or(beta1, d.beta1),
                OptimizerChecks.or(beta2, d.beta2),
                OptimizerChecks.or(epsilon, d.epsilon),
                OptimizerChecks.or(weightDecay, d.weightDecay));
    }
}
