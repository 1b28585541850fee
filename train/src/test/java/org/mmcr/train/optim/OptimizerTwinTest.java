package org.mmcr.train.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mmcr.core.MmcrException;
import org.mmcr.objective.PointerScopeExtension;
import org.mmcr.train.encoder.Activation;
import org.mmcr.train.encoder.EmbeddingModel;
import org.mmcr.train.encoder.Precision;
import org.mmcr.train.encoder.ProjectorSpec;
import org.mmcr.train.encoder.TensorNames;
import org.mmcr.train.encoder.TokenPool;
import org.mmcr.train.encoder.VisionTransformerSpec;

/**
 * Every optimiser against a slow reference in double arithmetic, on f(p) = sum_i a_i p_i^2 / 2 with one convolution,
 * one tall matrix and one vector.
 */
@ExtendWith(PointerScopeExtension.class)
class OptimizerTwinTest {
    private static final Map<String, long[]> SHAPES = shapes();
    private static final int STEPS = 6;

    static List<OptimizerSpec> specs() {
        return List.of(
                new AdamSpec(0.05, 0.9, 0.99, 1e-8, 0.1),
                new AdamWSpec(0.05, 0.9, 0.99, 1e-8, 0.1),
                new SgdSpec(0.1, 0.9, false, 0.01),
                new SgdSpec(0.1, 0.9, true, 0.01),
                new SgdSpec(0.1, 0, false, 0),
                new LarsSpec(2, 0.9, 0.01, 0.05),
                new MuonSpec(0.05, 0.95, true, 0.1, 5, 0.01, 0.9, 0.95),
                new MuonSpec(0.05, 0.9, false, 0, 5, 0.01, 0.9, 0.95));
    }

    @ParameterizedTest
    @MethodSource("specs")
    void step_severalOnAQuadratic_followsTheTwin(OptimizerSpec spec) {
        Map<String, Tensor> parameters = parameters(3);
        Optimizer optimizer = spec.build(parameters);
        Map<String, OptimizerTwin> twins = new LinkedHashMap<>();
        parameters.forEach((name, p) -> twins.put(name, new OptimizerTwin(spec, SHAPES.get(name), values(p))));
        for (int step = 1; step <= STEPS; step++) {
            double factor = 1.0 / step;
            descend(parameters, optimizer, factor);
            int count = step;
            twins.forEach((name, twin) -> twin.step(gradient(name, twin.values()), factor, count));
        }
        parameters.forEach((name, p) -> {
            double[] expected = twins.get(name).values();
            double[] actual = values(p);
            for (int i = 0; i < expected.length; i++) {
                assertThat(actual[i]).as("%s[%d]", name, i).isCloseTo(expected[i], offset(2e-4));
            }
        });
    }

    @ParameterizedTest
    @MethodSource("specs")
    void step_withARateForEachParameter_followsTheTwinAtThatRate(OptimizerSpec spec) {
        Map<String, Tensor> parameters = parameters(3);
        Map<String, Double> rates = new LinkedHashMap<>();
        SHAPES.keySet().forEach(name -> rates.put(name, Math.pow(0.5, rates.size())));
        Optimizer optimizer = spec.build(parameters, name -> rates.get(name));
        Map<String, OptimizerTwin> twins = new LinkedHashMap<>();
        parameters.forEach((name, p) -> twins.put(name, new OptimizerTwin(spec, SHAPES.get(name), values(p))));
        for (int step = 1; step <= STEPS; step++) {
            int count = step;
            descend(parameters, optimizer, 0.8);
            twins.forEach((name, twin) -> twin.step(gradient(name, twin.values()), 0.8 * rates.get(name), count));
        }
        parameters.forEach((name, p) -> {
            double[] expected = twins.get(name).values();
            double[] actual = values(p);
            for (int i = 0; i < expected.length; i++) {
                assertThat(actual[i]).as("%s[%d]", name, i).isCloseTo(expected[i], offset(2e-4));
            }
        });
    }

    /** Muon's products are the only part that a precision changes: the update is another by rounding alone. */
    @Test
    void build_muonInBfloat16_roundsItsUpdateAlone() {
        MuonSpec spec = new MuonSpec(0.05, 0.95, true, 0, 5, 0.01, 0.9, 0.95);
        Map<String, Tensor> exact = parameters(3);
        Map<String, Tensor> rounded = parameters(3);
        descend(exact, spec.build(exact, name -> 1, Precision.FP32), 1);
        descend(rounded, spec.build(rounded, name -> 1, Precision.BF16), 1);
        double largest = 0;
        for (Map.Entry<String, Tensor> named : exact.entrySet()) {
            Tensor difference =
                    named.getValue().detach().sub(rounded.get(named.getKey()).detach());
            largest = Math.max(largest, difference.abs().max().item_double());
        }
        assertThat(largest).isGreaterThan(1e-6).isLessThan(5e-3);
    }

    @Test
    void build_withLayerDecayButWithoutLayers_fails() {
        OptimizerSpec decayed = new SgdSpec(0.1, 0, false, 0, 0.5);
        assertThatThrownBy(() -> decayed.build(parameters(3)))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("layerDecay of 0.5");
        assertThatThrownBy(() -> new SgdSpec(0.1, 0, false, 0, 1.5)).hasMessageContaining("sgd layerDecay");
    }

    @ParameterizedTest
    @MethodSource("specs")
    void loadState_midway_continuesBitForBit(OptimizerSpec spec) {
        Map<String, Tensor> straight = parameters(3);
        Optimizer uninterrupted = spec.build(straight);
        descend(straight, uninterrupted, 1);
        descend(straight, uninterrupted, 0.5);
        Map<String, Tensor> resumed = new LinkedHashMap<>();
        straight.forEach((name, p) -> resumed.put(name, p.detach().clone().requires_grad_(true)));
        Optimizer restored = spec.build(resumed);
        restored.loadState(copy(uninterrupted.state()));

        for (int i = 0; i < 3; i++) {
            descend(straight, uninterrupted, 0.3);
            descend(resumed, restored, 0.3);
        }

        straight.forEach(
                (name, p) -> assertThat(p.equal(resumed.get(name))).as(name).isTrue());
    }

    /** Positions of CLIP have the shape of a matrix, (tokens, width). */
    @ParameterizedTest
    @CsvSource({
        "OPEN_CLIP, encoder.positional_embedding, encoder.conv1.weight",
        "TRANSFORMERS_CLIP, encoder.embeddings.position_embedding.weight, encoder.embeddings.patch_embedding.weight"
    })
    void step_positionsOfClip_areNotDecayedAndHaveNoDirection(TensorNames names, String positions, String patches) {
        VisionTransformerSpec network = new VisionTransformerSpec(
                VisionTransformerSpec.Scale.VIT_TINY, names, 32, 16, 6, Activation.GELU, 1e-5, 0, 0, TokenPool.CLS, 0);
        Map<String, Tensor> parameters =
                EmbeddingModel.create(network, new ProjectorSpec(List.of(4)), 1).parameters();
        assertThat(MuonSpec.standard().build(parameters).state())
                .containsKeys(positions + ".mean", patches + ".momentum")
                .doesNotContainKey(positions + ".momentum");
        double[] before = values(parameters.get(positions));
        double[] decayed = values(parameters.get(patches));
        parameters.values().forEach(p -> p.mul(new Scalar(0.0)).sum().backward());
        new AdamWSpec(0.1, 0.9, 0.99, 1e-8, 0.5).build(parameters).step(1);
        assertThat(values(parameters.get(positions))).containsExactly(before);
        assertThat(values(parameters.get(patches))).isNotEqualTo(decayed);
    }

    @Test
    void loadState_ofAnotherOptimizer_fails() {
        Optimizer sgd = SgdSpec.of(0.1).build(parameters(1));
        Optimizer adam = AdamSpec.of(0.1, 0).build(parameters(1));

        assertThatThrownBy(() -> sgd.loadState(adam.state()))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("optimiser")
                .hasMessageContaining("conv.velocity");
    }

    @Test
    void zeroGrad_afterBackward_dropsGradientsAndStepThenChangesNothing() {
        Map<String, Tensor> parameters = parameters(1);
        Optimizer optimizer = SgdSpec.of(0.1).build(parameters);
        descend(parameters, optimizer, 1);
        optimizer.zeroGrad();
        double[] before = values(parameters.get("conv"));

        optimizer.step(1);

        assertThat(parameters.get("conv").grad().defined()).isFalse();
        assertThat(values(parameters.get("conv"))).containsExactly(before);
    }

    @Test
    void clipGradients_largeNorm_scalesToTheLimitAndReportsWhatItWas() {
        Map<String, Tensor> parameters = parameters(1);
        backward(parameters);
        double expected = 0;
        for (Map.Entry<String, Tensor> named : parameters.entrySet()) {
            for (double g : values(named.getValue().grad())) {
                expected += g * g;
            }
        }
        double norm = GradientClipping.clipNorm(parameters, 0.5);
        assertThat(norm).isCloseTo(Math.sqrt(expected), offset(1e-5));
        assertThat(GradientClipping.clipNorm(parameters, 10)).isCloseTo(0.5, offset(1e-6));
    }

    @Test
    void specs_impossibleSettings_nameTheSetting() {
        assertThatThrownBy(() -> AdamSpec.of(-1, 0))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("adam learningRate");
        assertThatThrownBy(() -> new SgdSpec(0.1, 1, false, 0))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("sgd momentum");
    }

    private static void descend(Map<String, Tensor> parameters, Optimizer optimizer, double factor) {
        optimizer.zeroGrad();
        backward(parameters);
        optimizer.step(factor);
    }

    private static void backward(Map<String, Tensor> parameters) {
        try (PointerScope scope = new PointerScope()) {
            parameters.forEach((name, p) -> {
                Tensor curvature = tensor(curvature(name), SHAPES.get(name));
                p.square().mul(curvature).sum().mul(torch.tensor(0.5)).backward();
            });
        }
    }

    private static double[] gradient(String name, double[] at) {
        double[] gradient = curvature(name);
        for (int i = 0; i < at.length; i++) {
            gradient[i] *= at[i];
        }
        return gradient;
    }

    private static double[] curvature(String name) {
        return draws(name, 17, 0.5);
    }

    private static Map<String, Tensor> parameters(long seed) {
        Map<String, Tensor> parameters = new LinkedHashMap<>();
        SHAPES.forEach((name, shape) -> {
            Tensor value = tensor(draws(name, seed, -1), shape);
            Tensor laidOut = value.dim() == 4 ? value.contiguous(MemoryFormat.ChannelsLast) : value;
            parameters.put(name, laidOut.requires_grad_(true));
        });
        return parameters;
    }

    /** Uniform in (low, low + 2). */
    private static double[] draws(String name, long seed, double low) {
        Random random = new Random(seed * 31 + name.hashCode());
        long count = 1;
        for (long side : SHAPES.get(name)) {
            count *= side;
        }
        double[] values = new double[(int) count];
        for (int i = 0; i < values.length; i++) {
            values[i] = low + 2 * random.nextFloat();
        }
        return values;
    }

    private static Tensor tensor(double[] values, long[] shape) {
        float[] rounded = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            rounded[i] = (float) values[i];
        }
        return torch.tensor(rounded).reshape(shape);
    }

    private static double[] values(Tensor tensor) {
        try (NoGradGuard guard = new NoGradGuard()) {
            Tensor dense = tensor.detach().to(ScalarType.Double).contiguous();
            double[] values = new double[(int) dense.numel()];
            new DoublePointer(dense.data_ptr()).get(values);
            return values;
        }
    }

    private static Map<String, Tensor> copy(Map<String, Tensor> state) {
        Map<String, Tensor> copies = new LinkedHashMap<>();
        state.forEach((name, tensor) -> copies.put(name, tensor.clone()));
        return copies;
    }

    private static Map<String, long[]> shapes() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put("conv", new long[] {4, 3, 2, 2});
        shapes.put("matrix", new long[] {6, 5});
        shapes.put("vector", new long[] {7});
        return shapes;
    }
}
