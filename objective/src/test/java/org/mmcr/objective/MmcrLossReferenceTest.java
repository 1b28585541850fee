package org.mmcr.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Values and gradients against independent double-precision programs. */
@ExtendWith(PointerScopeExtension.class)
class MmcrLossReferenceTest {
    /**
     * The orthonormal case has a gradient of 3e-9 that is left over from terms near 1: float64 cannot know it better.
     */
    private static final double ROUNDING = 1e-15;

    static List<ReferenceCase> cases() {
        return ReferenceCase.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void compute_float64_matchesReference(ReferenceCase reference) {
        check(reference, ScalarType.Double, 1e-10, 1e-8);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void compute_float32_matchesReference(ReferenceCase reference) {
        boolean hard = reference.name().startsWith("ill_conditioned");
        check(reference, ScalarType.Float, 1e-5, hard ? 1e-3 : 1e-4);
    }

    private static void check(
            ReferenceCase reference, ScalarType type, double valueTolerance, double gradientTolerance) {
        Tensor z = reference.array("z").to(type).set_requires_grad(true);
        MmcrLoss objective = new MmcrLoss(reference.localWeight());
        Optional<Tensor> momentum = reference.hasMomentum()
                ? Optional.of(reference.array("z_momentum").to(type))
                : Optional.empty();
        Objective.Result result = objective.compute(z, reference.views(), momentum);
        result.loss().backward();

        double loss = reference.figure("loss");
        assertThat(result.loss().to(ScalarType.Double).item_double()).isCloseTo(loss, relative(loss, valueTolerance));
        assertThat(result.value()).isCloseTo(loss, relative(loss, valueTolerance));
        Map<String, Double> figures = result.figures();
        close(
                figures.getOrDefault(MmcrLoss.NUCLEAR_NORM, -result.value()),
                reference.figure("global_nuclear_norm"),
                valueTolerance);
        close(
                figures.getOrDefault(MmcrLoss.LOCAL_NUCLEAR_NORM, 0.0),
                reference.figure("local_nuclear_norm"),
                valueTolerance);
        assertThat(torch.isfinite(z.grad()).all().item_bool()).isTrue();
        if (reference.hasGradient()) {
            Tensor expected = reference.array("grad");
            double largest = expected.abs().max().item_double();
            double worst =
                    z.grad().to(ScalarType.Double).sub(expected).abs().max().item_double();
            assertThat(worst).as("gradient error").isLessThan(gradientTolerance * largest + ROUNDING);
        }
    }

    private static void close(double actual, double expected, double tolerance) {
        assertThat(actual).isCloseTo(expected, relative(expected, tolerance));
    }

    private static Offset<Double> relative(double expected, double tolerance) {
        return within(Math.max(Math.abs(expected) * tolerance, 1e-300));
    }
}
