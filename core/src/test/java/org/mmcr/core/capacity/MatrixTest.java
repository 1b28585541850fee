package org.mmcr.core.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.mmcr.core.MmcrException;

/** Shapes that do not fit: native code would read beyond the ends of the arrays. */
class MatrixTest {
    private static final Matrix TALL = Matrix.of(new double[][] {{1, 2}, {3, 4}, {5, 6}});
    private static final Matrix SQUARE = Matrix.of(new double[][] {{2, 1}, {1, 3}});

    @Test
    void products_ofFittingShapes_areThoseOfTheDefinition() {
        assertThat(TALL.times(SQUARE).values()).containsExactly(4, 7, 10, 15, 16, 23);
        assertThat(TALL.timesTransposed(SQUARE).values()).containsExactly(4, 7, 10, 15, 16, 23);
    }

    @Test
    void operations_onShapesThatDoNotFit_fail() {
        List<ThrowingCallable> wrong = List.of(
                () -> SQUARE.times(TALL),
                () -> TALL.timesTransposed(Matrix.zeros(4, 3)),
                () -> TALL.timesTransposed(Matrix.zeros(4, 1)),
                () -> TALL.copy().eigenvalues(),
                () -> SQUARE.copy().eigenvalues(Matrix.zeros(1, 1)),
                () -> TALL.copy().add(SQUARE),
                () -> Matrix.concatenated(List.of(TALL, Matrix.zeros(2, 3))),
                () -> Matrix.concatenated(List.of(TALL, Matrix.zeros(2, 1))));
        for (ThrowingCallable one : wrong) {
            assertThatThrownBy(one)
                    .isInstanceOf(MmcrException.class)
                    .hasMessageMatching("expected a matrix of \\d+ x \\d+, found one of \\d+ x \\d+");
        }
    }
}
