package org.mmcr.train.optim;

import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.train.encoder.Precision;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019, arXiv 1711.05101). Vectors (batch-norm scales and
 * shifts) are not decayed.
 *
 * @param learningRate base rate
 * @param beta1 decay of the mean of gradients
 * @param beta2 decay of the mean of squared gradients
 * @param epsilon added to the root of the second mean
 * @param weightDecay a weight shrinks by learning rate times this in each step
 * @param layerDecay see {@link OptimizerSpec#layerDecay}
 */
public record AdamWSpec(
        double learningRate, double beta1, double beta2, double epsilon, double weightDecay, double layerDecay)
        implements OptimizerSpec {
    public AdamWSpec {
        OptimizerChecks.adam("adamw", learningRate, beta1, beta2, epsilon, weightDecay);
        OptimizerChecks.layerDecay("adamw", layerDecay);
    }

    /** The same learning rate in all layers. */
    public AdamWSpec(double learningRate, double beta1, double beta2, double epsilon, double weightDecay) {
        this(learningRate, beta1, beta2, epsilon, weightDecay, 1);
    }

    /** PyTorch's settings. */
    public static AdamWSpec standard() {
        return of(1e-3, 0.01);
    }

    /** The standard settings with another rate and decay. */
    public static AdamWSpec of(double learningRate, double weightDecay) {
        return new AdamWSpec(learningRate, 0.9, 0.999, 1e-8, weightDecay);
    }

    @Override
    public Optimizer build(Map<String, Tensor> parameters, ToDoubleFunction<String> rates, Precision precision) {
        return new AdamOptimizer(this, parameters, rates);
    }
}
