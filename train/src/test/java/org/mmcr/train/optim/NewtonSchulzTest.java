package org.mmcr.train.optim;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mmcr.objective.PointerScopeExtension;

@ExtendWith(PointerScopeExtension.class)
class NewtonSchulzTest {
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

    private static void check(long rows, long columns, ScalarType products, double tolerance) {
        torch.manual_seed(rows + columns);
        // Singular values 1 down to 0.05: U V^T from a Gaussian, scaled in the middle.
        var svd = torch.linalg_svd(torch.randn(rows, columns), false, new StringViewOptional());
        Tensor u = svd.get0();
        Tensor v = svd.get2();
        Tensor values = torch.linspace(scalar(1), scalar(0.05), Math.min(rows, columns));
        Tensor matrix = u.mul(values).mm(v);
        Tensor untouched = matrix.clone();

        Tensor polar = NewtonSchulz.polar(matrix, 5, products);

        Tensor diagonal = u.t().mm(polar).mm(v.t());
        Tensor offDiagonal = diagonal.sub(diagonal.diag().diag());
        assertThat(polar.scalar_type().intern()).isEqualTo(ScalarType.Float);
        // Values below 1 % of the Frobenius norm may stay below 0.65.
        boolean large = Math.min(rows, columns) > 64;
        assertThat(diagonal.diag().min().item_double()).isGreaterThan(large ? 0.1 : 0.62);
        assertThat(diagonal.diag().max().item_double()).isLessThan(1.25);
        assertThat(offDiagonal.abs().max().item_double()).isLessThan(tolerance);
        assertThat(matrix.equal(untouched)).isTrue();
    }

    private static Scalar scalar(double value) {
        return new Scalar(value);
    }
}
