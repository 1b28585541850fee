package org.mmcr.train.optim;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Muon (Jordan et al. 2024): matrices and convolution weights, seen as (out, in * kernel * kernel), move along the polar factor of their momentum;
 * vectors are left to AdamW without decay.
 *
 * @param learningRate base rate of matrices, default 0.02
 * @param momentum default 0.95
 * @param nesterov default true
 * @param weightDecay a matrix shrinks by learning rate times this in each step, default 0
 * @param newtonSchulzSteps iterations towards the polar factor, default 5
 * @param vectorLearningRate AdamW's base rate for vectors, default 2e-3
 * @param vectorBeta1 its first decay, default 0.9
 * @param vectorBeta2 its second decay, default 0.95
 */
public record MuonSpec(
        double learningRate,
        double momentum,
        boolean nesterov,
        double weightDecay,
        int newtonSchulzSteps,
        double vectorLearningRate,
        double vectorBeta1,
        double vectorBeta2)
        implements OptimizerSpec {
    public MuonSpec {
        OptimizerChecks.rate("muon learningRate", learningRate);
        OptimizerChecks.fraction("muon momentum", momentum);
        OptimizerChecks.notNegative("muon weightDecay", weightDecay);
        OptimizerChecks.rate("muon newtonSchulzSteps", newtonSchulzSteps);
        OptimizerChecks.rate("muon vectorLearningRate", vectorLearningRate);
        OptimizerChecks.fraction("muon vectorBeta1", vectorBeta1);
        OptimizerChecks.fraction("muon vectorBeta2", vectorBeta2);
    }

    /** Default settings with the given rates. */
    public static MuonSpec of(double learningRate, double vectorLearningRate) {
        return new MuonSpec(learningRate, 0.95, true, 0, 5, vectorLearningRate, 0.9, 0.95);
    }

    @JsonCreator
    static MuonSpec fromConfig(
            @JsonProperty("learningRate") @Nullable Double learningRate,
            @JsonProperty("momentum") @Nullable Double momentum,
            @JsonProperty("nesterov") @Nullable Boolean nesterov,
            @JsonProperty("weightDecay") @Nullable Double weightDecay,
            @JsonProperty("newtonSchulzSteps") @Nullable Integer newtonSchulzSteps,
            @JsonProperty("vectorLearningRate") @Nullable Double vectorLearningRate,
            @JsonProperty("vectorBeta1") @Nullable Double vectorBeta1,
            @JsonProperty("vectorBeta2") @Nullable Double vectorBeta2) {
        MuonSpec d = of(0.02, 2e-3);
        return new MuonSpec(
                OptimizerChecks.or(learningRate, d.learningRate),
                OptimizerChecks.or(momentum, d.momentum),
                nesterov == null ? d.nesterov : nesterov,
                OptimizerChecks.or(weightDecay, d.weightDecay),
                newtonSchulzSteps == null ? d.newtonSchulzSteps : newtonSchulzSteps,
                OptimizerChecks.or(vectorLearningRate, d.vectorLearningRate),
                OptimizerChecks.or(vectorBeta1, d.vectorBeta1),
                OptimizerChecks.or(vectorBeta2, d.vectorBeta2));
    }
}
