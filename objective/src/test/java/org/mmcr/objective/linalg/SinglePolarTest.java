package org.mmcr.objective.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.objective.linalg.PolarFactor.Route;

/** Against singular value decompositions in float64. */
class SinglePolarTest {
    private static final int SIDE = 260;

    private final PointerScope scope = new PointerScope();
    private final NoGradGuard guard = new NoGradGuard();

    @AfterEach
    void release() {
        guard.close();
        scope.close();
    }

    private static Tensor orthonormal(int rows, int columns) {
        return torch.linalg_qr(torch.randn(rows, columns).to(ScalarType.Double)).get0();
    }

    /** A float32 matrix with about these singular values between random orthonormal factors. */
    private static Tensor matrix(int rows, double[] values) {
        torch.manual_seed(rows + values.length);
        Tensor left = orthonormal(rows, values.length).mul(Tensor.create(values));
        return torch.matmul(left, orthonormal(values.length, values.length)).to(ScalarType.Float);
    }

    private static double[] geometric(double condition) {
        double[] values = new double[SIDE];
        Arrays.setAll(values, i -> Math.pow(condition, -(double) i / (SIDE - 1)));
        return values;
    }

    /** A few short directions below many of equal length. */
    private static double[] fewShort(double condition) {
        double[] values = new double[SIDE];
        Arrays.setAll(values, i -> i < 7 ? (1 + i) / condition : 1 - 0.5 * i / SIDE);
        return values;
    }

    private static void requireRight(Tensor matrix, PolarFactor factor, double condition) {
        T_TensorTensorTensor_T exact = torch.linalg_svd(matrix.to(ScalarType.Double), false, new StringViewOptional());
        Tensor polar = torch.matmul(exact.get0(), exact.get2());
        double error =
                factor.polar().to(ScalarType.Double).sub(polar).abs().max().item_double();
        assertThat(error).isLessThan(1e-5 + 1e-7 * condition);
        SingularValues expected = SingularValues.of(exact.get1().flip(-1));
        assertThat(factor.nuclearNorm()).isCloseTo(expected.nuclearNorm(), within(1e-6 * expected.nuclearNorm()));
        assertThat(factor.squaredNorm()).isCloseTo(expected.squaredNorm(), within(1e-6 * expected.squaredNorm()));
        assertThat(factor.effectiveRank()).isCloseTo(expected.effectiveRank(), within(1e-6 * SIDE));
    }

    @ParameterizedTest
    @CsvSource({"260,20", "260,100", "400,20", "400,100", "600,40"})
    void of_geometricSpectrum_agreesWithSvd(int rows, double condition) {
        for (Tensor matrix : new Tensor[] {
            matrix(rows, geometric(condition)),
            matrix(rows, geometric(condition)).t()
        }) {
            PolarFactor factor = PolarFactor.ofRounded(matrix);
            requireRight(matrix, factor, condition);
            assertThat(factor.polar().is_contiguous()).isTrue();
            assertThat(factor.rank()).isEqualTo(SIDE);
        }
    }

    @ParameterizedTest
    @CsvSource({"260,20", "260,300", "260,3000", "400,300"})
    void of_fewShortDirections_mendedAndAgreesWithSvd(int rows, double condition) {
        Tensor matrix = matrix(rows, fewShort(condition));
        PolarFactor factor = PolarFactor.ofRounded(matrix);
        assertThat(factor.route()).isEqualTo(Route.GRAM_SINGLE_CORRECTED);
        requireRight(matrix, factor, condition);
        assertThat(PolarFactor.of(matrix).route()).isEqualTo(Route.GRAM_SINGLE_CORRECTED);
    }

    /** Eigenvectors far worse than float32's, so that what the mending leaves can be told from what a wrong one would. */
    @Test
    void of_vectorsTurnedALittle_isRightToSecondOrder() {
        Tensor matrix = matrix(400, geometric(10));
        Tensor tall = matrix.to(ScalarType.Double);
        Tensor vectors = torch.linalg_eigh(torch.matmul(tall.t(), tall)).get1();
        Tensor random = torch.randn(SIDE, SIDE).to(ScalarType.Double);
        Tensor turn = random.sub(random.t());
        turn.mul_(new Scalar(7e-4 / turn.norm().item_double()));
        Tensor turned =
                torch.linalg_qr(vectors.add(torch.matmul(vectors, turn))).get0();
        turned.mul_(turned.mul(vectors).sum(0).sign());
        GramPolar.Parts parts = SinglePolar.of(matrix, turned.to(ScalarType.Float), SymmetricEigensolver.LAPACK)
                .orElseThrow();
        T_TensorTensorTensor_T exact = torch.linalg_svd(tall, false, new StringViewOptional());
        Tensor polar = torch.matmul(exact.get0(), exact.get2());
        double left = parts.polar().to(ScalarType.Double).sub(polar).norm().item_double();
        assertThat(parts.error()).isGreaterThan(1e-6);
        assertThat(left).isLessThan(5e-5);
    }

    @Test
    void of_gaussianSquare_mendedNearlyAlways() {
        int mended = 0;
        for (int seed = 0; seed < 10; seed++) {
            torch.manual_seed(seed);
            Tensor matrix = torch.randn(SIDE, SIDE);
            PolarFactor factor = PolarFactor.ofRounded(matrix);
            mended += factor.route() == Route.GRAM_SINGLE_CORRECTED ? 1 : 0;
            Tensor values = torch.linalg_svdvals(matrix.to(ScalarType.Double));
            double condition = values.max().item_double() / values.min().item_double();
            requireRight(matrix, factor, condition);
        }
        assertThat(mended).isGreaterThanOrEqualTo(8);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e4, 1e5, 1e6})
    void of_worseConditions_stillRight(double condition) {
        Tensor matrix = matrix(SIDE, fewShort(condition));
        requireRight(matrix, PolarFactor.ofRounded(matrix), condition);
    }

    @Test
    void of_degenerate_isLeastNormSubgradient() {
        Tensor matrix = matrix(SIDE, fewShort(50));
        Tensor repeated = matrix.clone();
        repeated.select(1, 3).copy_(matrix.select(1, 5));
        Tensor dead = matrix.clone();
        dead.select(1, 3).zero_();
        for (Tensor degenerate : new Tensor[] {repeated, dead}) {
            PolarFactor factor = PolarFactor.ofRounded(degenerate);
            assertThat(factor.rank()).isEqualTo(SIDE - 1);
            double squared = factor.polar().square().sum().item_double();
            assertThat(squared).isCloseTo(SIDE - 1, within(1e-3));
        }
    }
}
