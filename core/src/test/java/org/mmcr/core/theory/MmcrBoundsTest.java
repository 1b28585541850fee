package org.mmcr.core.theory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.mmcr.core.MmcrException;

class MmcrBoundsTest {
    @Test
    void upperBound_wideTallSquare_followsProposition() {
        assertThat(MmcrBounds.upperBound(10, 40)).isEqualTo(10);
        assertThat(MmcrBounds.upperBound(40, 10)).isEqualTo(20);
        assertThat(MmcrBounds.upperBound(25, 25)).isEqualTo(25);
    }

    @Test
    void percentError_betweenBoundAndZero_isTheMissingFraction() {
        assertThat(MmcrBounds.percentError(20, 40, 10)).isZero();
        assertThat(MmcrBounds.percentError(15, 40, 10)).isCloseTo(0.25, within(1e-15));
        assertThat(MmcrBounds.percentError(0, 40, 10)).isEqualTo(1);
        assertThat(MmcrBounds.percentError(20 + 1e-12, 40, 10)).isZero();
    }

    @Test
    void upperBound_noCentroids_isReported() {
        assertThatThrownBy(() -> MmcrBounds.upperBound(0, 3))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("0 x 3");
    }

    @Test
    void upperBound_ofLengths_isAttainedByWorkedCases() {
        double[] ones = new double[40];
        Arrays.fill(ones, 1);
        for (int dimensions : new int[] {1, 10, 40, 70}) {
            assertThat(MmcrBounds.upperBound(ones, dimensions))
                    .isCloseTo(MmcrBounds.upperBound(40, dimensions), within(1e-12));
        }
        // Rows (3, 0), (0, 0.5), (0, 0.5) in the plane: singular values 3 and sqrt(0.5).
        assertThat(MmcrBounds.upperBound(new double[] {0.5, 3, 0.5}, 2)).isCloseTo(3 + Math.sqrt(0.5), within(1e-12));
        // Orthogonal rows: the sum of the lengths.
        assertThat(MmcrBounds.upperBound(new double[] {1, 0.5, 0}, 5)).isCloseTo(1.5, within(1e-12));
        assertThat(MmcrBounds.upperBound(new double[] {0, 0}, 3)).isZero();
        assertThatThrownBy(() -> MmcrBounds.upperBound(new double[] {1, Double.NaN}, 3))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("finite lengths");
    }

    /** In the plane the nuclear norm of any rows is known: sqrt(|M|^2 + 2 sqrt(det M^T M)). */
    @Test
    void upperBound_ofLengthsInThePlane_isTheLargestOverAllDirections() {
        double[] lengths = {0.9, 0.4, 0.3};
        double largest = 0;
        for (int i = 0; i < 360; i++) {
            for (int j = 0; j < 360; j++) {
                double[] angles = {0, Math.toRadians(i), Math.toRadians(j)};
                double xx = 0;
                double xy = 0;
                double yy = 0;
                for (int r = 0; r < 3; r++) {
                    double x = lengths[r] * Math.cos(angles[r]);
                    double y = lengths[r] * Math.sin(angles[r]);
                    xx += x * x;
                    xy += x * y;
                    yy += y * y;
                }
                largest = Math.max(largest, Math.sqrt(xx + yy + 2 * Math.sqrt(Math.max(0, xx * yy - xy * xy))));
            }
        }
        assertThat(MmcrBounds.upperBound(lengths, 2))
                .isCloseTo(largest, within(1e-4))
                .isGreaterThan(largest - 1e-12);
    }
}
