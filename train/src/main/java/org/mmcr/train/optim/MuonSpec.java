package org.mmcr.train.optim;

import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.train.encoder.Precision;

/**
 * Muon (Jordan et al. 2024): matrices and convolution weights, reshaped to (out, in * kernel * kernel), move along the
 * polar factor of their momentum; vectors are updated by AdamW without decay.
 *
 * @param learningRate base rate of matrices
 * @param momentum decay of the mean of gradients
 * @param nesterov whether the step looks ahead along the momentum
 * @param weightDecay a matrix shrinks by learning rate times this in each step
 * @param newtonSchulzSteps steps towards the polar factor
 * @param vectorLearningRate AdamW's base rate for vectors
 * @param vectorBeta1 AdamW's first decay
 * @param vectorBeta2 AdamW's second decay
 * @param layerDecay see {@link OptimizerSpec#layerDecay}
 */
public record MuonSpec(
        double learningRate,
        double momentum,
        boolean nesterov,
        double weightDecay,
        int newtonSchulzSteps,
        double vectorLearningRate,
        double vectorBeta1,
        double vectorBeta2,
        double layerDecay)
        implements OptimizerSpec {
    public MuonSpec {
        OptimizerChecks.rate("muon learningRate", learningRate);
        OptimizerChecks.fraction("muon momentum", momentum);
        OptimizerChecks.notNegative("muon weightDecay", weightDecay);
        OptimizerChecks.count("muon newtonSchulzSteps", newtonSchulzSteps);
        OptimizerChecks.rate("muon vectorLearningRate", vectorLearningRate);
        OptimizerChecks.fraction("muon vectorBeta1", vectorBeta1);
        OptimizerChecks.fraction("muon vectorBeta2", vectorBeta2);
        OptimizerChecks.layerDecay("muon", layerDecay);
    }

    /** The same learning rate in all layers. */
    public MuonSpec(
            double learningRate,
            double momentum,
            boolean nesterov,
            double weightDecay,
            int newtonSchulzSteps,
            double vectorLearningRate,
            double vectorBeta1,
            double vectorBeta2) {
        this(
                learningRate,
                momentum,
                nesterov,
                weightDecay,
                newtonSchulzSteps,
                vectorLearningRate,
                vectorBeta1,
                vectorBeta2,
                1);
    }

    /** The published settings but for three steps towards the polar factor and an AdamW rate of 0.002 for vectors. */
    public static MuonSpec standard() {
        return of(0.02, 2e-3);
    }

    /** The standard settings with other rates. */
    public static MuonSpec of(double learningRate, double vectorLearningRate) {
        return new MuonSpec(learningRate, 0.95, true, 0, 3, vectorLearningRate, 0.9, 0.95);
    }

    @Override
    public Optimizer build(Map<String, Tensor> parameters, ToDoubleFunction<String> rates, Precision precision) {
        return new MuonOptimizer(this, parameters, rates, precision);
    }
}
