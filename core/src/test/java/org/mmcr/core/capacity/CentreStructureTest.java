package org.mmcr.core.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

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
