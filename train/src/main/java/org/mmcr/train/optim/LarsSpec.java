package org.mmcr.train.optim;

import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.train.encoder.Precision;

/**
 * Layer-wise adaptive rates for very large batches (You et al. 2017, arXiv 1708.03888), with the exclusions of the
 * published ImageNet recipe: vectors (batch-norm scales and shifts) are neither decayed nor adapted.
 *
 * @param learningRate base rate; the published rule is 0.6 * batch / 256
 * @param momentum decay of the velocity
 * @param weightDecay L2 coefficient added to the gradients of matrices and convolutions
 * @param eta trust coefficient: their gradient is scaled by eta |p| / |g|
 * @param layerDecay see {@link OptimizerSpec#layerDecay}
 */
public record LarsSpec(double learningRate, double momentum, double weightDecay, double eta, double layerDecay)
        implements OptimizerSpec {
    public LarsSpec {
        OptimizerChecks.rate("lars learningRate", learningRate);
        OptimizerChecks.fraction("lars momentum", momentum);
        OptimizerChecks.notNegative("lars weightDecay", weightDecay);
        OptimizerChecks.rate("lars eta", eta);
        OptimizerChecks.layerDecay("lars", layerDecay);
    }

    /** The same learning rate in all layers. */
    public LarsSpec(double learningRate, double momentum, double weightDecay, double eta) {
        this(learningRate, momentum, weightDecay, eta, 1);
    }

    /** The published settings for batch 256. */
    public static LarsSpec standard() {
        return of(0.6);
    }

    /** The published settings at another rate. */
    public static LarsSpec of(double learningRate) {
        return new LarsSpec(learningRate, 0.9, 1e-6, 0.001);
    }

    @Override
    public Optimizer build(Map<String, Tensor> parameters, ToDoubleFunction<String> rates, Precision precision) {
        return new LarsOptimizer(this, parameters, rates);
    }
}
