package org.mmcr.train.optim;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mmcr.objective.PointerScopeExtension;

@ExtendWith(PointerScopeExtension.class)
class NewtonSchulzTest {
    /** Square, wide and tall matrices; wide and tall ones use the iteration on the Gram matrix. */
    @ParameterizedTest
    @CsvSource({"24, 24", "24, 30", "16, 144", "64, 20"})
    void polar_gaussianMatrix_keepsSingularVectorsAndBringsValuesNearOne(long rows, long columns) {
        torch.manual_seed(rows + columns);
        // A matrix with singular values 1 down to 0.05: U V^T from a Gaussian, scaled in the middle.
        var svd = torch.linalg_svd(torch.randn(rows, columns), false, new StringViewOptional());
        Tensor u = svd.get0();
        Tensor v = svd.get2();
        Tensor values = torch.linspace(scalar(1), scalar(0.05), Math.min(rows, columns));
        Tensor matrix = u.mul(values).mm(v);
        Tensor untouched = matrix.clone();

        Tensor polar = NewtonSchulz.polar(matrix, 5);

        Tensor diagonal = u.t().mm(polar).mm(v.t());
        Tensor offDiagonal = diagonal.sub(diagonal.diag().diag());
        assertThat(diagonal.diag().min().item_double()).isGreaterThan(0.65);
        assertThat(diagonal.diag().max().item_double()).isLessThan(1.25);
        assertThat(offDiagonal.abs().max().item_double()).isLessThan(1e-3);
        assertThat(matrix.equal(untouched)).isTrue();
    }

    private static Scalar scalar(double value) {
        return new Scalar(value);
    }
}
