package org.mmcr.analysis.neighbours;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.mmcr.objective.PointerScopeExtension;

@ExtendWith(PointerScopeExtension.class)
class RowLengthsTest {
    /** More rows than are measured at once. */
    private static final int ROWS = 5000;

    @Test
    void of_manyRows_equalsALoopOverTheMappedRows() {
        Tensor matrix = torch.randn(ROWS, 3);
        float[][] rows = new float[ROWS][3];
        for (int row = 0; row < ROWS; row++) {
            for (int column = 0; column < 3; column++) {
                rows[row][column] = matrix.get(row).get(column).item_float();
            }
        }
        Tensor lengths = RowLengths.of(matrix, block -> block.narrow(1, 0, 2).mul(new Scalar(3)));
        for (int row = 0; row < ROWS; row++) {
            double expected = 3 * Math.hypot(rows[row][0], rows[row][1]);
            assertThat((double) lengths.get(row).item_float()).isCloseTo(expected, within(1e-5));
        }
    }

    /** Their squares are 0 or infinite in float32. */
    @Test
    void of_zeroTinyAndHugeRows_arePositiveAndFinite() {
        Tensor lengths = RowLengths.of(Tensor.create(0f, 3e-30f, 3e30f).view(3, 1), rows -> rows);
        assertThat(lengths.get(0).item_float()).isEqualTo(Float.MIN_NORMAL);
        assertThat(lengths.get(1).item_float()).isEqualTo(3e-30f);
        assertThat(lengths.get(2).item_float()).isEqualTo(3e30f);
    }
}
