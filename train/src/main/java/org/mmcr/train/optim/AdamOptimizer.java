package org.mmcr.train.optim;

import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Optimiser of an {@link AdamSpec} or {@link AdamWSpec}:
 * {@code p -= rate * m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + epsilon)}.
 */
final class AdamOptimizer extends OptimizerState {
    private static final String MEAN = ".mean";
    private static final String SQUARE = ".square";

    private final AdamWSpec settings;
    private final boolean decoupled;

    AdamOptimizer(AdamSpec spec, Map<String, Tensor> parameters, ToDoubleFunction<String> rates) {
        this(
                new AdamWSpec(spec.learningRate(), spec.beta1(), spec.beta2(), spec.epsilon(), spec.weightDecay()),
                false,
                parameters,
                rates);
    }

    AdamOptimizer(AdamWSpec spec, Map<String, Tensor> parameters, ToDoubleFunction<String> rates) {
        this(spec, true, parameters, rates);
    }

    private AdamOptimizer(
            AdamWSpec settings, boolean decoupled, Map<String, Tensor> parameters, ToDoubleFunction<String> rates) {
        super(parameters, rates);
        this.settings = settings;
        this.decoupled = decoupled;
        parameters.forEach((name, parameter) -> {
            addZeros(name + MEAN, parameter);
            addZeros(name + SQUARE, parameter);
        });
    }

    @Override
    void update(String name, Tensor parameter, Tensor gradient, double factor, long count) {
        double rate = settings.learningRate() * factor;
        Tensor direction = gradient;
        if (settings.weightDecay() > 0 && !decoupled) {
            direction = gradient.add(parameter, new Scalar(settings.weightDecay()));
        } else if (settings.weightDecay() > 0 && isMatrix(name, parameter)) {
            parameter.mul_(new Scalar(1 - rate * settings.weightDecay()));
        }
        move(parameter, direction, saved(name + MEAN), saved(name + SQUARE), settings, rate, count);
    }

    /** Adam's step without decay, for Adam, AdamW and Muon's vectors. */
    static void move(
            Tensor parameter,
            Tensor gradient,
            Tensor mean,
            Tensor square,
            AdamWSpec settings,
            double rate,
            long count) {
        double meanCorrection = 1 - Math.pow(settings.beta1(), (double) count);
        double rootCorrection = Math.sqrt(1 - Math.pow(settings.beta2(), (double) count));
        mean.lerp_(gradient, new Scalar(1 - settings.beta1()));
        square.mul_(new Scalar(settings.beta2())).addcmul_(gradient, gradient, new Scalar(1 - settings.beta2()));
        // Numerator and denominator are multiplied by the root's correction, which saves one pass over memory.
        Tensor root = square.sqrt().add_(new Scalar(settings.epsilon() * rootCorrection));
        parameter.addcdiv_(mean, root, new Scalar(-rate * rootCorrection / meanCorrection));
    }
}
