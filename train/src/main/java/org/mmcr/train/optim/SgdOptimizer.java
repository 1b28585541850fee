package org.mmcr.train.optim;

import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Optimiser of an {@link SgdSpec}. */
final class SgdOptimizer extends OptimizerState {
    private static final String VELOCITY = ".velocity";

    private final SgdSpec spec;

    SgdOptimizer(SgdSpec spec, Map<String, Tensor> parameters, ToDoubleFunction<String> rates) {
        super(parameters, rates);
        this.spec = spec;
        if (spec.momentum() > 0) {
            parameters.forEach((name, parameter) -> addZeros(name + VELOCITY, parameter));
        }
    }

    @Override
    void update(String name, Tensor parameter, Tensor gradient, double factor, long count) {
        Tensor direction = spec.weightDecay() > 0 ? gradient.add(parameter, new Scalar(spec.weightDecay())) : gradient;
        if (spec.momentum() > 0) {
            Scalar momentum = new Scalar(spec.momentum());
            Tensor velocity = saved(name + VELOCITY).mul_(momentum).add_(direction);
            direction = spec.nesterov() ? direction.add(velocity, momentum) : velocity;
        }
        parameter.add_(direction, new Scalar(-spec.learningRate() * factor));
    }
}
