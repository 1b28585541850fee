package org.mmcr.core.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.mmcr.core.MmcrException;

class CentreStructureTest {
    private static final int CENTRES = 10;

    /** Gaussian centres in 3 dimensions, then zeros. */
    private static Matrix centres(int columns) {
        Random random = new Random(4);
        double[][] rows = new double[CENTRES][columns];
        for (double[] row : rows) {
            for (int d = 0; d < 3; d++) {
                row[d] = random.nextGaussian() + (d == 0 ? 2 : 0);
            }
        }
        return Matrix.of(rows);
    }

    private static CentreStructure structure(int columns) {
        return CentreStructure.of(centres(columns), 0, TaskRunner.IN_TURN, (rank, most) -> {});
    }

    /** Nothing is read or computed before. */
    @Test
    void of_moreCentresThanABufferHolds_isAnError() {
        assertThatThrownBy(() -> CentreStructure.of(Matrix.zeros(16_384, 1), 0, TaskRunner.IN_TURN, (rank, most) -> {}))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("at most 16383 classes, found 16384");
        ManifoldSource many = ManifoldSource.of(Collections.nCopies(16_384, "c"), i -> {
            throw new IllegalStateException("manifold " + i + " was read");
        });
        assertThatThrownBy(() -> ManifoldCapacity.of(
                        many, CapacityOptions.defaults(), TaskRunner.IN_TURN, CapacityProgress.NONE))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("found 16384");
    }

    /** Dimensions that no centre uses are none that can be removed or that remain. */
    @Test
    void rank_ofCentresThatSpanFewDimensions_isThatWithoutTheOthers() {
        CentreStructure alone = structure(3);
        assertThat(alone.rank()).isEqualTo(1);
        for (int columns : new int[] {5, 12, 40}) {
            CentreStructure padded = structure(columns);
            assertThat(padded.rank()).as("%d columns", columns).isEqualTo(1);
            assertThat(padded.correlation()).isCloseTo(alone.correlation(), within(1e-9));
            assertThat(padded.residual()).isCloseTo(alone.residual(), within(1e-3));
        }
    }
}
