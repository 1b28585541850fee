package org.mmcr.train.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.mmcr.objective.PointerScopeExtension;

@ExtendWith(PointerScopeExtension.class)
class NewtonSchulzTest {
    /**
     * A polynomial a s + b s^3 + c s^5 is nearest to 1 between the smallest and the largest value if and only if its
     * distance from 1 has the same size and alternating signs in four places (Chebyshev). The values of the next step
     * lie within that distance.
     */
    @Test
    void coefficients_ofEachStep_areTheBestForWhatTheStepBeforeLeaves() {
        double low = 0.01;
        double high = 1;
        for (int step = 0; step < 4; step++) {
            double[] abc = NewtonSchulz.coefficients(step);
            List<Double> extremes = new ArrayList<>();
            double largest = 0;
            for (int i = 0; i <= 100_000; i++) {
                double s = low + (high - low) * i / 100_000;
                double away = abc[0] * s + abc[1] * s * s * s + abc[2] * Math.pow(s, 5) - 1;
                largest = Math.max(largest, Math.abs(away));
                int last = extremes.size() - 1;
                if (last >= 0 && Math.signum(extremes.get(last)) == Math.signum(away)) {
                    extremes.set(last, Math.abs(away) > Math.abs(extremes.get(last)) ? away : extremes.get(last));
                } else {
                    extremes.add(away);
                }
            }
            double size = largest;
            assertThat(extremes)
                    .hasSize(4)
                    .allSatisfy(one -> assertThat(Math.abs(one)).isCloseTo(size, within(1e-5)));
            low = 1 - largest;
            high = 1 + largest;
            if (step == 2) {
                assertThat(largest).isCloseTo(0.27, within(0.001)); // as the Javadoc states
            }
        }
        assertThat(NewtonSchulz.coefficients(7)).containsExactly(15 / 8.0, -10 / 8.0, 3 / 8.0);
    }

    /**
     * Square, wide and tall matrices. In float32 wide and tall ones use the iteration on the Gram matrix, and the large
     * ones products on several threads.
     */
    @ParameterizedTest
    @CsvSource({"24, 24", "24, 30", "16, 144", "64, 20", "300, 320", "256, 1000"})
    void polar_float32_keepsSingularVectorsAndBringsValuesNearOne(long rows, long columns) {
        int threads = torch.get_num_threads();
        torch.set_num_threads(2);
        try {
            check(rows, columns, ScalarType.Float, 1e-3);
        } finally {
            torch.set_num_threads(threads);
        }
    }

    /** Also with singular values far below the resolution of bfloat16, which must not diverge. */
    @ParameterizedTest
    @CsvSource({"24, 24", "16, 144", "64, 20", "96, 400"})
    void polar_bfloat16_keepsSingularVectorsAndBringsValuesNearOne(long rows, long columns) {
        check(rows, columns, ScalarType.BFloat16, 0.05);
        Tensor rankOne = torch.randn(rows, 1).mm(torch.randn(1, columns));
        Tensor polar = NewtonSchulz.polar(rankOne, 10, ScalarType.BFloat16);
        assertThat(torch.linalg_matrix_norm(polar, new Scalar(2)).item_double()).isBetween(0.6, 1.4);
    }

    /** The gradient of a weight that nothing depends on. */
    @ParameterizedTest
    @EnumSource(
            value = ScalarType.class,
            names = {"Float", "BFloat16"})
    void polar_ofZeros_isZero(ScalarType products) {
        assertThat(NewtonSchulz.polar(torch.zeros(6, 20), 3, products)
                        .abs()
                        .sum()
                        .item_double())
                .isZero();
    }

    private static void check(long rows, long columns, ScalarType products, double tolerance) {
        torch.manual_seed(rows + columns);
        // Singular values 1 down to 0.05: U V^T from a Gaussian, scaled in the middle.
        var svd = torch.linalg_svd(torch.randn(rows, columns), false, new StringViewOptional());
        Tensor u = svd.get0();
        Tensor v = svd.get2();
        Tensor values = torch.linspace(scalar(1), scalar(0.05), Math.min(rows, columns));
        Tensor matrix = u.mul(values).mm(v);
        Tensor untouched = matrix.clone();

        Tensor polar = NewtonSchulz.polar(matrix, 3, products);

        Tensor diagonal = u.t().mm(polar).mm(v.t());
        Tensor offDiagonal = diagonal.sub(diagonal.diag().diag());
        assertThat(polar.scalar_type().intern()).isEqualTo(ScalarType.Float);
        // The smallest is 1.1 % of the norm or more, also of the largest matrix.
        assertThat(diagonal.diag().min().item_double()).isGreaterThan(products == ScalarType.Float ? 0.73 : 0.69);
        assertThat(diagonal.diag().max().item_double()).isLessThan(products == ScalarType.Float ? 1.27 : 1.32);
        assertThat(offDiagonal.abs().max().item_double()).isLessThan(tolerance);
        assertThat(matrix.equal(untouched)).isTrue();
    }

    private static Scalar scalar(double value) {
        return new Scalar(value);
    }
}
