package org.mmcr.train.optim;

import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Optimiser of a {@link LarsSpec}: {@code v = momentum v + q (g + decay p); p -= rate v} with q = eta |p| / |g + decay
 * p|, or 1 if either is zero.
 */
final class LarsOptimizer extends OptimizerState {
    private static final String VELOCITY = ".velocity";

    private final LarsSpec spec;

    LarsOptimizer(LarsSpec spec, Map<String, Tensor> parameters, ToDoubleFunction<String> rates) {
        super(parameters, rates);
        this.spec = spec;
        parameters.forEach((name, parameter) -> addZeros(name + VELOCITY, parameter));
    }

    @Override
    void update(String name, Tensor parameter, Tensor gradient, double factor, long count) {
        Tensor direction = gradient;
        double trust = 1;
        if (isMatrix(name, parameter)) {
            direction = gradient.add(parameter, new Scalar(spec.weightDecay()));
            trust = trust(parameter.norm().item_double(), direction.norm().item_double());
        }
        Tensor velocity = saved(name + VELOCITY);
        velocity.mul_(new Scalar(spec.momentum())).add_(direction, new Scalar(trust));
        parameter.add_(velocity, new Scalar(-spec.learningRate() * factor));
    }

    private double trust(double weightNorm, double gradientNorm) {
        return weightNorm > 0 && gradientNorm > 0 ? spec.eta() * weightNorm / gradientNorm : 1;
    }
}
