package org.mmcr.objective.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against singular value decompositions in float64. */
class ProductPolarTest {
    private static final int SIDE = 64;
    /** What float32 adds to the bounds of the certificate. */
    private static final double ROUNDING = 3e-5;

    private final PointerScope scope = new PointerScope();
    private final NoGradGuard guard = new NoGradGuard();

    @AfterEach
    void release() {
        guard.close();
        scope.close();
    }

    /** The matrices are small; threads waiting for one another would take most of the time on a busy machine. */
    @BeforeAll
    static void useOneThread() {
        torch.set_num_threads(1);
    }

    private static double[] geometric(int side, double condition) {
        double[] values = new double[side];
        Arrays.setAll(values, i -> Math.pow(condition, -(double) i / (side - 1)));
        return values;
    }

    /** A float32 matrix with about these singular values between random orthonormal factors. */
    private static Tensor matrix(int rows, double[] values) {
        torch.manual_seed(rows + values.length);
        Tensor left = torch.linalg_qr(torch.randn(rows, values.length).to(ScalarType.Double))
                .get0();
        Tensor right = torch.linalg_qr(torch.randn(values.length, values.length).to(ScalarType.Double))
                .get0();
        return torch.matmul(left.mul(Tensor.create(values)), right).to(ScalarType.Float);
    }

    private static T_TensorTensorTensor_T svd(Tensor matrix) {
        return torch.linalg_svd(matrix.to(ScalarType.Double), false, new StringViewOptional());
    }

    /** Frobenius norm of what the polar factor is off by. */
    private static double error(Tensor matrix, GramPolar.Parts parts) {
        T_TensorTensorTensor_T exact = svd(matrix);
        Tensor polar = torch.matmul(exact.get0(), exact.get2());
        return parts.polar().to(ScalarType.Double).sub(polar).norm().item_double();
    }

    private static Optional<GramPolar.Parts> compute(Tensor matrix, double margin) {
        return ProductPolar.of(matrix, torch.matmul(matrix.t(), matrix), margin);
    }

    private static void requireRightOrNothing(Tensor matrix, double margin) {
        compute(matrix, margin)
                .ifPresent(parts ->
                        assertThat(error(matrix, parts)).isLessThan(matrix.size(1) * ProductPolar.MISSING + ROUNDING));
    }

    @ParameterizedTest
    @CsvSource({"128,64,1.0001", "128,64,3", "700,300,4.8", "100,64,4", "4000,64,2"})
    void of_wellConditioned_agreesWithSvd(int rows, int side, double condition) {
        Tensor matrix = matrix(rows, geometric(side, condition));
        GramPolar.Parts parts =
                ProductPolar.of(matrix, torch.matmul(matrix.t(), matrix)).orElseThrow();
        assertThat(error(matrix, parts)).isLessThan(1e-5 * Math.sqrt(side));
        SingularValues expected = SingularValues.of(svd(matrix).get1().flip(-1));
        SingularValues sums = parts.values();
        assertThat(sums.nuclearNorm()).isCloseTo(expected.nuclearNorm(), within(1e-5 * expected.nuclearNorm()));
        assertThat(sums.squaredNorm()).isCloseTo(expected.squaredNorm(), within(1e-6 * expected.squaredNorm()));
        assertThat(sums.effectiveRank()).isCloseTo(expected.effectiveRank(), within(2e-5 * side));
        assertThat(sums.rank()).isEqualTo(side);
    }

    @Test
    void of_gaussianTwiceAsTallAsWide_nearlyAlwaysTaken() {
        int taken = 0;
        for (int seed = 0; seed < 40; seed++) {
            torch.manual_seed(seed);
            Tensor matrix = torch.randn(256, 128);
            Tensor gram = torch.matmul(matrix.t(), matrix);
            taken += ProductPolar.of(matrix, gram).isPresent() ? 1 : 0;
        }
        assertThat(taken).isGreaterThanOrEqualTo(36);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-5, 1e5})
    void of_otherScales_sameFactor(double scale) {
        double[] values = Arrays.stream(geometric(SIDE, 4)).map(s -> s * scale).toArray();
        Tensor matrix = matrix(2 * SIDE, values);
        assertThat(error(matrix, compute(matrix, 1.15).orElseThrow())).isLessThan(1e-5 * Math.sqrt(SIDE));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.2, 0.5, 0.7, 0.8, 0.85, 0.9, 0.95, 1, 1.2, 1.4, 1.6, 2, 3, 10})
    void of_wrongRange_rightOrNothing(double margin) {
        for (double condition = 1.5; condition < 5; condition += 0.5) {
            requireRightOrNothing(matrix(2 * SIDE, geometric(SIDE, condition)), margin);
            requireRightOrNothing(matrix(2 * SIDE, oneShort(condition)), margin);
        }
    }

    /** A spectrum that looks narrower than it is. */
    private static double[] oneShort(double condition) {
        double[] values = geometric(SIDE, 1.5);
        values[SIDE - 1] = 1 / condition;
        return values;
    }

    @Test
    void of_conditionsAcrossTheBorder_rightOrNothing() {
        int found = 0;
        int refused = 0;
        for (double condition = 5.5; condition < 8; condition += 0.05) {
            double[] values = geometric(SIDE, 2);
            values[SIDE - 1] = values[0] / condition;
            Tensor matrix = matrix(2 * SIDE, values);
            boolean present = compute(matrix, 1.15).isPresent();
            found += present ? 1 : 0;
            refused += present ? 0 : 1;
            requireRightOrNothing(matrix, 1.15);
        }
        assertThat(found).isPositive();
        assertThat(refused).isPositive();
    }

    @Test
    void of_randomSpectra_rightOrNothing() {
        Random random = new Random(5);
        int found = 0;
        for (int trial = 0; trial < 150; trial++) {
            double[] values = new double[SIDE];
            Arrays.setAll(values, i -> 0.3 + 0.7 * random.nextDouble());
            int odd = random.nextInt(4);
            for (int i = 0; i < odd; i++) {
                values[random.nextInt(SIDE)] = Math.exp(random.nextDouble() * 4 - 3);
            }
            Tensor matrix = matrix(100, values);
            double margin = 0.9 + 0.3 * random.nextDouble();
            found += compute(matrix, margin).isPresent() ? 1 : 0;
            requireRightOrNothing(matrix, margin);
        }
        assertThat(found).isBetween(30, 140);
    }

    @Test
    void of_degenerate_nothing() {
        Tensor matrix = matrix(2 * SIDE, geometric(SIDE, 2));
        Tensor repeated = matrix.clone();
        repeated.select(1, 3).copy_(matrix.select(1, 5));
        Tensor dead = matrix.clone();
        dead.select(1, 3).zero_();
        Tensor collapsed =
                matrix.select(0, 0).unsqueeze(0).expand(2 * SIDE, SIDE).contiguous();
        for (Tensor degenerate : new Tensor[] {repeated, dead, collapsed, torch.zeros_like(matrix)}) {
            assertThat(compute(degenerate, 1.15)).isEmpty();
        }
    }

    @Test
    void widen_everyEigenvalue_positiveAndInRangeNearOne() {
        requireWidening(ProductPolar.WIDEN, 6.5);
        requireWidening(ProductPolar.WIDEN_NARROW, 3.74);
    }

    private static void requireWidening(double[] widen, double condition) {
        for (double x = 0; x < 50; x += 1e-3) {
            assertThat(polynomial(widen, x)).isPositive();
        }
        for (double s = 1 / condition; s <= 1; s += 1e-4) {
            assertThat(s * polynomial(widen, s * s)).isCloseTo(1, within(0.13695));
        }
    }

    @Test
    void finish_everyRemainder_boundedByOne() {
        for (double e = -ProductPolar.BOUNDED; e < 1; e += 1e-4) {
            assertThat(Math.sqrt(1 - e) * polynomial(ProductPolar.FINISH, e)).isBetween(Double.MIN_NORMAL, 1 + 2e-7);
        }
        for (double e = 1 - 1.13695 * 1.13695; e <= 1 - 0.86305 * 0.86305; e += 1e-4) {
            assertThat(Math.sqrt(1 - e) * polynomial(ProductPolar.FINISH, e)).isGreaterThan(1 - 6e-6);
        }
    }

    @Test
    void entropy_inRange_isSLogS() {
        for (double s = 1 / 6.5; s <= 1; s += 1e-4) {
            double sum = 0;
            for (int i = 0; i < ProductPolar.POWERS.length; i++) {
                sum += ProductPolar.ENTROPY[i] * Math.pow(s, ProductPolar.POWERS[i]);
            }
            assertThat(sum).isCloseTo(s * Math.log(s), within(6e-6 * s));
        }
    }

    private static double polynomial(double[] coefficients, double x) {
        double value = 0;
        for (int i = coefficients.length - 1; i >= 0; i--) {
            value = value * x + coefficients[i];
        }
        return value;
    }
}
