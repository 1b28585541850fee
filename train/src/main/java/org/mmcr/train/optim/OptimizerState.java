package org.mmcr.train.optim;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.train.encoder.TensorMaps;

/** Base of the optimisers: parameters, named state and the number of steps. */
abstract class OptimizerState implements Optimizer {
    private static final String STEPS = "steps";
    /** Ends of the names of positions that have no leading dimension of 1, as in CLIP. */
    private static final List<String> FLAT_POSITIONS = List.of("positional_embedding", "position_embedding.weight");

    private final Map<String, Tensor> parameters;
    private final ToDoubleFunction<String> rates;
    private final Map<String, Tensor> state = new LinkedHashMap<>();

    OptimizerState(Map<String, Tensor> parameters, ToDoubleFunction<String> rates) {
        this.parameters = new LinkedHashMap<>(parameters);
        this.rates = rates;
        try (PointerScope scope = new PointerScope()) {
            Tensor steps = torch.zeros(new long[0], new TensorOptions(ScalarType.Long));
            steps.retainReference();
            state.put(STEPS, steps);
        }
    }

    /**
     * Whether a parameter maps features to features, so that it is decayed and has a direction; class tokens, positions
     * and layer scales of more than one dimension do not.
     */
    static boolean isMatrix(String name, Tensor parameter) {
        return parameter.dim() > 1
                && parameter.size(0) > 1
                && parameter.numel() > parameter.size(0)
                && FLAT_POSITIONS.stream().noneMatch(name::endsWith);
    }

    @Override
    public final void step(double learningRateFactor) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor steps = saved(STEPS);
            steps.add_(new Scalar(1L));
            long count = steps.item_long();
            for (Map.Entry<String, Tensor> named : parameters.entrySet()) {
                Tensor parameter = named.getValue();
                Tensor gradient = parameter.grad();
                if (gradient.defined()) {
                    try (PointerScope inner = new PointerScope()) {
                        double factor = learningRateFactor * rates.applyAsDouble(named.getKey());
                        update(named.getKey(), parameter, gradient, factor, count);
                    }
                }
            }
        }
    }

    /** Updates one parameter in place; must not modify the gradient. {@code count} is 1 in the first step. */
    abstract void update(String name, Tensor parameter, Tensor gradient, double factor, long count);

    @Override
    public final void zeroGrad() {
        try (PointerScope scope = new PointerScope()) {
            parameters.values().forEach(parameter -> parameter.mutable_grad().reset());
        }
    }

    @Override
    public final Map<String, Tensor> state() {
        return Collections.unmodifiableMap(state);
    }

    @Override
    public final void loadState(Map<String, Tensor> saved) {
        TensorMaps.copy(saved, state, "optimiser");
    }

    final Map<String, Tensor> parameters() {
        return parameters;
    }

    /** Adds zeros of the parameter's shape and memory layout to the state. */
    final void addZeros(String name, Tensor parameter) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor zeros = torch.zeros_like(parameter);
            zeros.retainReference();
            state.put(name, zeros);
        }
    }

    final Tensor saved(String name) {
        return Objects.requireNonNull(state.get(name), name);
    }
}
