package org.mmcr.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.core.MmcrException;

@ExtendWith(PointerScopeExtension.class)
class MmcrLossTest {
    /** The matrices are small; threads waiting for one another would take most of the time on a busy machine. */
    @BeforeAll
    static void useOneThread() {
        torch.set_num_threads(1);
    }

    private static Tensor random(long seed, long rows, long columns) {
        torch.manual_seed(seed);
        return torch.randn(rows, columns).to(ScalarType.Double);
    }

    private static Tensor gradient(MmcrLoss objective, Tensor z, int views) {
        Tensor leaf = z.clone().detach().set_requires_grad(true);
        objective.compute(leaf, views).loss().backward();
        return leaf.grad();
    }

    private static double difference(Tensor a, Tensor b) {
        return a.to(ScalarType.Double).sub(b.to(ScalarType.Double)).abs().max().item_double();
    }

    private static boolean allFinite(Tensor tensor) {
        return torch.isfinite(tensor).all().item_bool();
    }

    @ParameterizedTest
    @CsvSource({"6,2,4,0", "4,3,9,0.1", "5,5,3,-0.2", "16,1,16,0", "3,4,2,0.7", "40,2,7,0.05", "7,2,40,0", "300,2,260,0"
    })
    void compute_randomShapes_agreesWithSlowTwin(int samples, int views, int dimensions, double localWeight) {
        Tensor z = random(samples * 31L + dimensions, (long) samples * views, dimensions);
        Tensor fast = z.clone().set_requires_grad(true);
        Tensor slow = z.clone().set_requires_grad(true);

        Tensor loss = new MmcrLoss(localWeight).compute(fast, views).loss();
        Tensor expected = SlowTwin.loss(slow, views, localWeight, Optional.empty());
        loss.backward();
        expected.backward();

        assertThat(loss.item_double()).isCloseTo(expected.item_double(), within(1e-10 * samples));
        assertThat(difference(fast.grad(), slow.grad()))
                .isLessThan(1e-8 * slow.grad().abs().max().item_double());
    }

    @Test
    void compute_momentum_agreesWithSlowTwinAndLeavesMomentumAlone() {
        Tensor slowEncoder = random(2, 24, 6).set_requires_grad(true);
        Tensor fast = random(1, 24, 6).set_requires_grad(true);
        Tensor slow = random(1, 24, 6).set_requires_grad(true);

        Tensor loss = new MmcrLoss().compute(fast, 2, Optional.of(slowEncoder)).loss();
        Tensor expected = SlowTwin.loss(slow, 2, 0, Optional.of(slowEncoder.detach()));
        loss.backward();
        expected.backward();

        assertThat(loss.item_double()).isCloseTo(expected.item_double(), within(1e-10));
        assertThat(difference(fast.grad(), slow.grad())).isLessThan(1e-9);
        assertThat(slowEncoder.grad().defined()).isFalse();
    }

    @Test
    void compute_finiteDifferences_agreeWithGradient() {
        Tensor z = random(3, 12, 5);
        MmcrLoss objective = new MmcrLoss(0.3);
        Tensor gradient = gradient(objective, z, 3);
        double step = 1e-6;
        for (long row = 0; row < 12; row += 5) {
            for (long column = 0; column < 5; column++) {
                Tensor nudge = torch.zeros_like(z);
                nudge.select(0, row).select(0, column).fill_(new Scalar(step));
                double above = objective.compute(z.add(nudge), 3).value();
                double below = objective.compute(z.sub(nudge), 3).value();
                double entry = gradient.select(0, row).select(0, column).item_double();
                assertThat((above - below) / (2 * step)).isCloseTo(entry, within(1e-7));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"256,128", "300,40", "40,300", "64,64", "600,300", "280,280", "280,400"})
    void compute_float32_agreesWithFloat64(int samples, int dimensions) {
        Tensor z = random(samples + dimensions, 2L * samples, dimensions).to(ScalarType.Float);
        Tensor single = gradient(new MmcrLoss(), z, 2);
        Tensor exact = gradient(new MmcrLoss(), z.to(ScalarType.Double), 2);
        assertThat(single.scalar_type().intern()).isEqualTo(ScalarType.Float);
        assertThat(difference(single, exact))
                .isLessThan(1e-4 * exact.abs().max().item_double());
        double value = new MmcrLoss().compute(z, 2).value();
        double expected = new MmcrLoss().compute(z.to(ScalarType.Double), 2).value();
        assertThat(value).isCloseTo(expected, within(-1e-5 * expected));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e30, 1e-30, 1e15, 1e-15, 1e37})
    void compute_farScales_sameValueAndScaledGradient(double scale) {
        Tensor z = random(5, 40, 8).to(ScalarType.Float);
        Tensor scaled = z.mul(new Scalar(scale));
        assertThat(new MmcrLoss().compute(scaled, 2).value())
                .isCloseTo(new MmcrLoss().compute(z, 2).value(), within(1e-4));
        Tensor expected = gradient(new MmcrLoss(), z, 2).to(ScalarType.Double);
        Tensor actual =
                gradient(new MmcrLoss(), scaled, 2).to(ScalarType.Double).mul(new Scalar(scale));
        assertThat(difference(actual, expected))
                .isLessThan((scale > 1e36 ? 1e-2 : 1e-4) * expected.abs().max().item_double());
    }

    @Test
    void compute_mixedScalesAndZeroRow_finiteAndZeroRowStays() {
        Tensor z = random(6, 8, 4).to(ScalarType.Float);
        z.select(0, 0).zero_();
        z.select(0, 1).mul_(new Scalar(1e30));
        z.select(0, 2).mul_(new Scalar(1e-42));
        Tensor gradient = gradient(new MmcrLoss(0.1), z, 2);
        assertThat(allFinite(gradient)).isTrue();
        assertThat(gradient.select(0, 0).abs().max().item_double()).isZero();
    }

    @Test
    void compute_allZero_isZeroWithZeroGradient() {
        Tensor z = torch.zeros(6, 4);
        Objective.Result result = new MmcrLoss(0.5).compute(z, 2);
        assertThat(result.value()).isZero();
        assertThat(result.figures().get(MmcrLoss.EFFECTIVE_RANK)).isZero();
        assertThat(result.figures().get(MmcrLoss.PERCENT_ERROR)).isEqualTo(1);
        assertThat(gradient(new MmcrLoss(0.5), z, 2).abs().max().item_double()).isZero();
    }

    @Test
    void compute_antipodalViews_zeroCentroidsFiniteGradient() {
        Tensor half = random(7, 10, 6);
        Tensor z = torch.stack(new org.bytedeco.pytorch.TensorVector(half, half.neg()), 1)
                .view(20, 6);
        assertThat(-new MmcrLoss().compute(z, 2).value()).isLessThan(1e-12);
        assertThat(allFinite(gradient(new MmcrLoss(1), z, 2))).isTrue();
    }

    @Test
    void compute_antipodalViewsFloat32_cancelToTheLastBit() {
        Tensor half = random(7, 300, 70).to(ScalarType.Float);
        Tensor z = torch.stack(new org.bytedeco.pytorch.TensorVector(half, half.neg()), 1)
                .view(600, 70);
        assertThat(new MmcrLoss().compute(z, 2).value()).isZero();
        assertThat(gradient(new MmcrLoss(), z, 2).abs().max().item_double()).isZero();
    }

    @Test
    void compute_orthonormalCentroids_reachBoundAndFullRank() {
        Objective.Result result = new MmcrLoss().compute(torch.eye(16), 1);
        assertThat(result.value()).isCloseTo(-16, within(1e-12));
        assertThat(result.figures().get(MmcrLoss.PERCENT_ERROR)).isCloseTo(0, within(1e-12));
        assertThat(result.figures().get(MmcrLoss.EFFECTIVE_RANK)).isCloseTo(16, within(1e-9));
        assertThat(result.figures().get(MmcrLoss.MEAN_SQUARED_CENTROID_NORM)).isCloseTo(1, within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.3, -0.3})
    void compute_anyWeight_hasTheFiguresThatAreDescribed(double localWeight) {
        Objective objective = new MmcrLoss(localWeight);
        Objective.Result result = objective.compute(random(1, 12, 4), 2);
        assertThat(result.figures().keySet())
                .containsExactlyElementsOf(
                        objective.figures().stream().map(ObjectiveFigure::name).toList());
        if (localWeight != 0) {
            double expected = -result.figures().get(MmcrLoss.NUCLEAR_NORM)
                    + localWeight * result.figures().get(MmcrLoss.LOCAL_NUCLEAR_NORM);
            assertThat(result.value()).isCloseTo(expected, within(1e-12));
        }
    }

    @Test
    void exchange_moreSamplesThanDimensions_sumsTheGramMatrix() {
        assertThat(new MmcrLoss().exchange(256, 4, 128)).contains("sum", "128 x 128", "8256 numbers");
        assertThat(new MmcrLoss().exchange(100, 4, 128)).contains("gather", "100 x 128", "12800 numbers");
        assertThat(new Gathering(new MmcrLoss()).exchange(256, 4, 128)).contains("1024 x 128", "131072 numbers");
    }

    @Test
    void compute_nonFinite_namesFirstBadRow() {
        Tensor z = torch.randn(12, 4);
        z.select(0, 7).select(0, 2).fill_(new Scalar(Double.NaN));
        z.select(0, 9).select(0, 0).fill_(new Scalar(Double.POSITIVE_INFINITY));
        assertThatThrownBy(() -> new MmcrLoss().compute(z, 3))
                .isInstanceOfSatisfying(
                        NonFiniteEmbeddingException.class,
                        e -> assertThat(e.row()).isEqualTo(7))
                .hasMessageContaining("row 7 (sample 2, view 1)");
        assertThatThrownBy(() -> new MmcrLoss().compute(torch.randn(12, 4), 3, Optional.of(z)))
                .isInstanceOf(NonFiniteEmbeddingException.class)
                .hasMessageContaining("momentum");
    }

    @Test
    void compute_wrongShapes_reportBothSizes() {
        MmcrLoss objective = new MmcrLoss();
        assertThatThrownBy(() -> objective.compute(torch.randn(10, 4), 3))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("multiple of 3")
                .hasMessageContaining("[10, 4]");
        assertThatThrownBy(() -> objective.compute(torch.randn(10), 2)).hasMessageContaining("[10]");
        assertThatThrownBy(() -> objective.compute(torch.randn(4, 4), 0)).hasMessageContaining("found 0");
        assertThatThrownBy(() -> objective.compute(torch.randn(0, 4), 2)).hasMessageContaining("[0, 4]");
        assertThatThrownBy(() -> objective.compute(torch.randn(4, 4), 2, Optional.of(torch.randn(4, 3))))
                .hasMessageContaining("(4, 4)")
                .hasMessageContaining("[4, 3]");
    }

    @Test
    void compute_columnMajorEmbeddings_agreesWithRowMajor() {
        Tensor rows = random(9, 24, 6);
        Tensor momentum = random(10, 24, 6);
        Tensor expected = rows.clone().set_requires_grad(true);
        Tensor columns = rows.t().contiguous().t().detach().set_requires_grad(true);
        Objective objective = new MmcrLoss(0.2);
        Objective.Result one = objective.compute(expected, 2, Optional.of(momentum));
        Objective.Result other = objective.compute(
                columns, 2, Optional.of(momentum.t().contiguous().t()));
        one.loss().backward();
        other.loss().backward();
        assertThat(columns.is_contiguous()).isFalse();
        assertThat(other.value()).isEqualTo(one.value());
        assertThat(difference(columns.grad(), expected.grad())).isZero();
    }

    @Test
    void compute_bfloat16_gradientReachesItInItsType() {
        Tensor z = torch.randn(16, 8).to(ScalarType.BFloat16).set_requires_grad(true);
        Objective.Result result = new MmcrLoss().compute(z, 2);
        result.loss().backward();
        assertThat(result.loss().scalar_type().intern()).isEqualTo(ScalarType.Float);
        assertThat(z.grad().scalar_type().intern()).isEqualTo(ScalarType.BFloat16);
    }

    @Test
    void compute_noGradient_givesPlainValue() {
        Tensor z = torch.randn(16, 8).set_requires_grad(true);
        try (NoGradGuard guard = new NoGradGuard()) {
            assertThat(new MmcrLoss().compute(z, 2).loss().requires_grad()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void compute_manyTimes_doesNotGrowNativeMemory(boolean callerHasScope) {
        Tensor z = torch.randn(256, 64).set_requires_grad(true);
        MmcrLoss objective = new MmcrLoss(0.1);
        for (int i = 0; i < 20; i++) {
            step(objective, z, callerHasScope);
        }
        long before = Pointer.physicalBytes();
        for (int i = 0; i < 120; i++) {
            step(objective, z, callerHasScope);
        }
        assertThat(Pointer.physicalBytes() - before).isLessThan(24L << 20);
    }

    private static void step(MmcrLoss objective, Tensor z, boolean callerHasScope) {
        if (callerHasScope) {
            try (PointerScope scope = new PointerScope()) {
                objective.compute(z, 4).loss().backward();
            }
        } else {
            objective.compute(z, 4).loss().close();
        }
    }
}
