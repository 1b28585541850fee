package org.mmcr.train.optim;

import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.train.encoder.Precision;

/**
 * Adam (Kingma and Ba 2015, arXiv 1412.6980) with weight decay added to the gradient.
 *
 * @param learningRate base rate
 * @param beta1 decay of the mean of gradients
 * @param beta2 decay of the mean of squared gradients
 * @param epsilon added to the root of the second mean
 * @param weightDecay L2 coefficient added to every gradient
 * @param layerDecay see {@link OptimizerSpec#layerDecay}
 */
public record AdamSpec(
        double learningRate, double beta1, double beta2, double epsilon, double weightDecay, double layerDecay)
        implements OptimizerSpec {
    public AdamSpec {
        OptimizerChecks.adam("adam", learningRate, beta1, beta2, epsilon, weightDecay);
        OptimizerChecks.layerDecay("adam", layerDecay);
    }

    /** The same learning rate in all layers. */
    public AdamSpec(double learningRate, double beta1, double beta2, double epsilon, double weightDecay) {
        this(learningRate, beta1, beta2, epsilon, weightDecay, 1);
    }

    /** The published settings without weight decay. */
    public static AdamSpec standard() {
        return of(1e-3, 0);
    }

    /** The published settings with another rate and decay. */
    public static AdamSpec of(double learningRate, double weightDecay) {
        return new AdamSpec(learningRate, 0.9, 0.999, 1e-8, weightDecay);
    }

    @Override
    public Optimizer build(Map<String, Tensor> parameters, ToDoubleFunction<String> rates, Precision precision) {
        return new AdamOptimizer(this, parameters, rates);
    }
}
