package org.mmcr.objective.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.core.MmcrException;
import org.mmcr.objective.linalg.PolarFactor.Route;

class PolarFactorTest {
    /** The matrices are small; threads waiting for one another would take most of the time on a busy machine. */
    @BeforeAll
    static void useOneThread() {
        torch.set_num_threads(1);
    }

    private static Tensor random(long... shape) {
        torch.manual_seed(11);
        return torch.randn(shape).to(ScalarType.Double);
    }

    /** A matrix with the given condition number: geometric singular values between random orthonormal factors. */
    private static Tensor conditioned(long rows, long columns, double condition) {
        T_TensorTensorTensor_T parts = torch.linalg_svd(random(rows, columns), false, new StringViewOptional());
        long side = Math.min(rows, columns);
        double[] values = new double[(int) side];
        for (int i = 0; i < side; i++) {
            values[i] = Math.pow(condition, -(double) i / (side - 1));
        }
        return torch.matmul(parts.get0().mul(Tensor.create(values)), parts.get2());
    }

    private static Tensor bySvd(Tensor matrix) {
        T_TensorTensorTensor_T parts = torch.linalg_svd(matrix, false, new StringViewOptional());
        return torch.matmul(parts.get0(), parts.get2());
    }

    private static double difference(Tensor a, Tensor b) {
        return a.to(ScalarType.Double).sub(b).abs().max().item_double();
    }

    @ParameterizedTest
    @CsvSource({"30,12,1.0001", "30,12,10", "12,30,1e3", "50,50,1e4", "40,20,1e6", "40,20,1e9"})
    void of_float64AnyCondition_agreesWithSvd(long rows, long columns, double condition) {
        Tensor matrix = conditioned(rows, columns, condition);
        PolarFactor factor = PolarFactor.of(matrix);
        assertThat(difference(factor.polar(), bySvd(matrix))).isLessThan(1e-15 * condition + 1e-13);
        double nuclear = torch.linalg_svdvals(matrix).sum().item_double();
        assertThat(factor.nuclearNorm()).isCloseTo(nuclear, within(1e-12 * nuclear));
        assertThat(factor.rank()).isEqualTo(Math.min(rows, columns));
    }

    @ParameterizedTest
    @CsvSource({"60,20,3", "20,60,12", "600,300,8", "60,20,100", "60,20,1e4"})
    void of_float32AnyCondition_errorGrowsNoFasterThanCondition(long rows, long columns, double condition) {
        Tensor matrix = conditioned(rows, columns, condition).to(ScalarType.Float);
        PolarFactor factor = PolarFactor.of(matrix);
        double error = difference(factor.polar(), bySvd(matrix.to(ScalarType.Double)));
        assertThat(error).isLessThan(3e-5 + 1e-7 * condition);
    }

    @Test
    void of_route_followsConditionAndType() {
        assertThat(PolarFactor.of(conditioned(60, 20, 3).to(ScalarType.Float)).route())
                .isEqualTo(Route.GRAM_SINGLE);
        assertThat(PolarFactor.of(conditioned(60, 20, 1e3).to(ScalarType.Float)).route())
                .isEqualTo(Route.GRAM);
        assertThat(PolarFactor.of(conditioned(60, 20, 1e3)).route()).isEqualTo(Route.GRAM_CORRECTED);
        assertThat(PolarFactor.of(conditioned(60, 20, 1e9)).route()).isEqualTo(Route.SVD);
    }

    @Test
    void ofRounded_wellConditioned_agreesWithFloat64() {
        for (Tensor matrix : new Tensor[] {conditioned(160, 70, 4), conditioned(70, 160, 4)}) {
            PolarFactor fast = PolarFactor.ofRounded(matrix.to(ScalarType.Float));
            PolarFactor exact = PolarFactor.of(matrix);
            assertThat(fast.route()).isEqualTo(Route.GRAM_SINGLE);
            assertThat(fast.polar().is_contiguous()).isTrue();
            assertThat(difference(fast.polar(), exact.polar())).isLessThan(5e-6);
            assertThat(fast.nuclearNorm()).isCloseTo(exact.nuclearNorm(), within(1e-5 * exact.nuclearNorm()));
            assertThat(fast.squaredNorm()).isCloseTo(exact.squaredNorm(), within(1e-6 * exact.squaredNorm()));
            assertThat(fast.effectiveRank()).isCloseTo(exact.effectiveRank(), within(1e-5 * 70));
            assertThat(fast.rank()).isEqualTo(70);
        }
    }

    @ParameterizedTest
    @CsvSource({"9,GRAM_SINGLE", "14,GRAM_SINGLE", "30,GRAM", "1e5,GRAM"})
    void ofRounded_worseConditioned_decomposes(double condition, Route route) {
        Tensor matrix = conditioned(160, 70, condition);
        PolarFactor factor = PolarFactor.ofRounded(matrix.to(ScalarType.Float));
        assertThat(factor.route()).isEqualTo(route);
        assertThat(difference(factor.polar(), bySvd(matrix))).isLessThan(2e-5 + 1e-7 * condition);
    }

    /** A float32 matrix of 260 columns: a few short directions below many of nearly equal length. */
    private static Tensor fewShort(long rows, double condition) {
        T_TensorTensorTensor_T parts = torch.linalg_svd(random(rows, 260), false, new StringViewOptional());
        double[] values = new double[260];
        Arrays.setAll(values, i -> i < 7 ? (1 + i) / condition : 1 - 0.5 * i / 260);
        return torch.matmul(parts.get0().mul(Tensor.create(values)), parts.get2())
                .to(ScalarType.Float);
    }

    @ParameterizedTest
    @CsvSource({"260,20", "260,300", "260,3000", "400,300", "260,1e4", "260,1e5", "260,1e6"})
    void ofRounded_fewShortDirections_agreesWithSvd(long rows, double condition) {
        Tensor matrix = fewShort(rows, condition);
        for (Tensor turned : new Tensor[] {matrix, matrix.t()}) {
            PolarFactor factor = PolarFactor.ofRounded(turned);
            Tensor exact = turned.to(ScalarType.Double);
            assertThat(difference(factor.polar(), bySvd(exact))).isLessThan(1e-5 + 1e-7 * condition);
            assertThat(factor.polar().is_contiguous()).isTrue();
            double nuclear = torch.linalg_svdvals(exact).sum().item_double();
            assertThat(factor.nuclearNorm()).isCloseTo(nuclear, within(1e-6 * nuclear));
            assertThat(factor.rank()).isEqualTo(260);
        }
    }

    @Test
    void ofRounded_repeatedOrZeroColumn_isLeastNormSubgradient() {
        Tensor matrix = fewShort(260, 50);
        Tensor repeated = matrix.clone();
        repeated.select(1, 3).copy_(matrix.select(1, 5));
        Tensor dead = matrix.clone();
        dead.select(1, 3).zero_();
        for (Tensor degenerate : new Tensor[] {repeated, dead}) {
            PolarFactor factor = PolarFactor.ofRounded(degenerate);
            assertThat(factor.rank()).isEqualTo(259);
            assertThat(factor.polar().square().sum().item_double()).isCloseTo(259, within(1e-3));
        }
    }

    @Test
    void of_eigensolverFails_isAsAccurate() {
        Tensor matrix = conditioned(40, 12, 20);
        SymmetricEigen.Solver broken = gram -> {
            throw new IllegalStateException("did not converge");
        };
        for (ScalarType type : new ScalarType[] {ScalarType.Float, ScalarType.Double}) {
            PolarFactor factor = PolarFactor.of(matrix.to(type), new GramPolar(broken, type == ScalarType.Double));
            assertThat(difference(factor.polar(), bySvd(matrix))).isLessThan(type == ScalarType.Double ? 1e-12 : 1e-5);
        }
    }

    @Test
    void of_rankDeficient_givesLeastNormSubgradient() {
        Tensor matrix = torch.matmul(random(20, 3), random(3, 8).clone());
        PolarFactor factor = PolarFactor.of(matrix);
        assertThat(factor.rank()).isEqualTo(3);
        assertThat(factor.polar().mul(factor.polar()).sum().item_double()).isCloseTo(3, within(1e-10));
        assertThat(factor.polar().mul(matrix).sum().item_double()).isCloseTo(factor.nuclearNorm(), within(1e-10));
    }

    @Test
    void of_batch_agreesWithEachMatrix() {
        Tensor batch = random(5, 3, 7);
        batch.select(0, 2).zero_();
        PolarFactor all = PolarFactor.of(batch);
        double sum = 0;
        for (int i = 0; i < 5; i++) {
            PolarFactor one = PolarFactor.of(batch.select(0, i));
            assertThat(difference(all.polar().select(0, i), one.polar())).isLessThan(1e-12);
            sum += one.nuclearNorm();
        }
        assertThat(all.nuclearNorm()).isCloseTo(sum, within(1e-11));
        assertThat(all.singularValues()).hasSize(15);
    }

    @ParameterizedTest
    @CsvSource({"1e200", "1e140", "1e-140", "1e-200", "1"})
    void of_farScales_sameFactor(double scale) {
        Tensor matrix = random(9, 4);
        PolarFactor factor = PolarFactor.of(matrix.mul(new Scalar(scale)));
        assertThat(difference(factor.polar(), bySvd(matrix))).isLessThan(1e-13);
        Tensor values = torch.linalg_svdvals(matrix);
        assertThat(factor.nuclearNorm() / scale).isCloseTo(values.sum().item_double(), within(1e-11));
        double squares = values.square().sum().item_double();
        assertThat(factor.squaredNorm()).isCloseTo(squares * scale * scale, withinPercentage(1e-9));
        for (int i = 0; i < 4; i++) {
            assertThat(factor.singularValues().get(i) / scale)
                    .isCloseTo(values.select(0, i).item_double(), within(1e-11));
        }
    }

    @Test
    void effectiveRank_equalValues_countsThem() {
        assertThat(PolarFactor.of(torch.eye(6)).effectiveRank()).isCloseTo(6, within(1e-9));
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void of_nonFinite_isReported(double bad) {
        for (ScalarType type : new ScalarType[] {ScalarType.Float, ScalarType.Double}) {
            Tensor matrix = random(5, 3).to(type);
            matrix.select(0, 1).select(0, 2).fill_(new Scalar(bad));
            for (Runnable computation : List.<Runnable>of(
                    () -> PolarFactor.of(matrix),
                    () -> PolarFactor.ofRounded(matrix),
                    () -> GramRoot.of(torch.matmul(matrix.t(), matrix)))) {
                assertThatThrownBy(computation::run)
                        .isInstanceOf(MmcrException.class)
                        .hasMessage("expected a finite matrix, found NaN or infinity; correct these entries");
            }
        }
    }

    @Test
    void of_notAMatrix_reportsWhatWasFound() {
        assertThatThrownBy(() -> PolarFactor.of(torch.randn(4)))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("1 dimension");
        assertThatThrownBy(() -> PolarFactor.of(torch.ones(2, 2).to(ScalarType.Long)))
                .hasMessageContaining("Long");
    }
}
