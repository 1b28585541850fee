package org.mmcr.core.theory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RegimeTest {
    @Test
    void of_sizesAroundTheThreshold_changesAtAFactorOfTwo() {
        assertThat(Regime.of(128, 128)).isEqualTo(Regime.NEAR_THRESHOLD);
        assertThat(Regime.of(255, 128)).isEqualTo(Regime.NEAR_THRESHOLD);
        assertThat(Regime.of(256, 128)).isEqualTo(Regime.MANY_CENTROIDS);
        assertThat(Regime.of(64, 128)).isEqualTo(Regime.FEW_CENTROIDS);
        assertThat(Regime.of(65, 128)).isEqualTo(Regime.NEAR_THRESHOLD);
    }

    @Test
    void recommended_anySize_isAwayFromTheThreshold() {
        for (long size : new long[] {1, 2, 3, 7, 128, 1001}) {
            assertThat(Regime.of(Regime.recommendedBatch(size), size)).isEqualTo(Regime.MANY_CENTROIDS);
        }
        for (long size : new long[] {2, 3, 7, 128, 1001}) {
            assertThat(Regime.of(size, Regime.recommendedDimension(size))).isEqualTo(Regime.MANY_CENTROIDS);
        }
    }
}
