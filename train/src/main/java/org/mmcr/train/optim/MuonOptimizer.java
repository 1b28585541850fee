package org.mmcr.train.optim;

import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.train.encoder.Precision;

/** Optimiser of a {@link MuonSpec}. */
final class MuonOptimizer extends OptimizerState {
    private static final String MOMENTUM = ".momentum";
    private static final String MEAN = ".mean";
    private static final String SQUARE = ".square";

    private final MuonSpec spec;
    private final AdamWSpec vectors;
    private final ScalarType products;

    MuonOptimizer(MuonSpec spec, Map<String, Tensor> parameters, ToDoubleFunction<String> rates, Precision precision) {
        super(parameters, rates);
        this.spec = spec;
        products = precision.resolved() == Precision.BF16 ? ScalarType.BFloat16 : ScalarType.Float;
        vectors = new AdamWSpec(spec.vectorLearningRate(), spec.vectorBeta1(), spec.vectorBeta2(), 1e-8, 0);
        parameters.forEach((name, parameter) -> {
            if (isMatrix(name, parameter)) {
                addZeros(name + MOMENTUM, parameter);
            } else {
                addZeros(name + MEAN, parameter);
                addZeros(name + SQUARE, parameter);
            }
        });
    }

    @Override
    void update(String name, Tensor parameter, Tensor gradient, double factor, long count) {
        if (isMatrix(name, parameter)) {
            moveMatrix(parameter, gradient, saved(name + MOMENTUM), spec.learningRate() * factor);
        } else {
            double rate = spec.vectorLearningRate() * factor;
            AdamOptimizer.move(parameter, gradient, saved(name + MEAN), saved(name + SQUARE), vectors, rate, count);
        }
    }

    private void moveMatrix(Tensor parameter, Tensor gradient, Tensor momentum, double rate) {
        momentum.lerp_(gradient, new Scalar(1 - spec.momentum()));
        Tensor direction = spec.nesterov() ? gradient.lerp(momentum, new Scalar(spec.momentum())) : momentum;
        Tensor weight = matrix(parameter);
        Tensor polar = NewtonSchulz.polar(matrix(direction), spec.newtonSchulzSteps(), products);
        double scale = Math.sqrt(Math.max(1, (double) weight.size(0) / weight.size(1)));
        if (spec.weightDecay() > 0) {
            parameter.mul_(new Scalar(1 - rate * spec.weightDecay()));
        }
        weight.add_(polar, new Scalar(-rate * scale));
    }

    /**
     * A view of the weight as (out, everything else) in memory order. This may permute columns, which does not change
     * the update.
     */
    private static Tensor matrix(Tensor weight) {
        return weight.dim() == 4
                ? weight.permute(0, 2, 3, 1).reshape(weight.size(0), -1)
                : weight.reshape(weight.size(0), -1);
    }
}
