package org.mmcr.core.theory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

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
}
