package org.mmcr.train.optim;

import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.train.encoder.Precision;

/**
 * Stochastic gradient descent with momentum: {@code v = momentum v + g; p -= rate v}, or with Nesterov
 * {@code p -= rate (g + momentum v)}.
 *
 * @param learningRate base rate
 * @param momentum 0 is plain gradient descent
 * @param nesterov whether the step looks ahead along the momentum
 * @param weightDecay L2 coefficient added to every gradient
 * @param layerDecay see {@link OptimizerSpec#layerDecay}
 */
public record SgdSpec(double learningRate, double momentum, boolean nesterov, double weightDecay, double layerDecay)
        implements OptimizerSpec {
    public SgdSpec {
        OptimizerChecks.rate("sgd learningRate", learningRate);
        OptimizerChecks.fraction("sgd momentum", momentum);
        OptimizerChecks.notNegative("sgd weightDecay", weightDecay);
        OptimizerChecks.layerDecay("sgd", layerDecay);
    }

    /** The same learning rate in all layers. */
    public SgdSpec(double learningRate, double momentum, boolean nesterov, double weightDecay) {
        this(learningRate, momentum, nesterov, weightDecay, 1);
    }

    /** Rate 0.1. */
    public static SgdSpec standard() {
        return of(0.1);
    }

    /** Momentum 0.9, no Nesterov, no decay. */
    public static SgdSpec of(double learningRate) {
        return new SgdSpec(learningRate, 0.9, false, 0);
    }

    @Override
    public Optimizer build(Map<String, Tensor> parameters, ToDoubleFunction<String> rates, Precision precision) {
        return new SgdOptimizer(this, parameters, rates);
    }
}
