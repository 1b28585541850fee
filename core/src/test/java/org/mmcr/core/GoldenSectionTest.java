package org.mmcr.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class GoldenSectionTest {
    @Test
    void maximum_ofAFunctionWithOnePeak_isItsPlace() {
        assertThat(GoldenSection.maximum(x -> -(x - 1.25) * (x - 1.25), -10, 10, 40))
                .isCloseTo(1.25, within(1e-7));
    }

    @Test
    void maximum_ofAMonotoneFunction_isAnEnd() {
        assertThat(GoldenSection.maximum(x -> x, -3, 5, 40)).isCloseTo(5, within(1e-6));
        assertThat(GoldenSection.maximum(x -> -x, -3, 5, 40)).isCloseTo(-3, within(1e-6));
    }

    @Test
    void maximum_ofAFunctionThatStaysAtItsLargestValue_isWhereItReachesIt() {
        assertThat(GoldenSection.maximum(x -> Math.min(x, 0), -3, 500, 40)).isCloseTo(0, within(1e-6));
    }
}
