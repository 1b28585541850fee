package org.mmcr.core.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mmcr.core.MmcrException;

class CapacitySummaryTest {
    private static final int RESAMPLES = 100;

    /** Capacities 1 and 1/3: harmonic mean 1/2, arithmetic mean 2/3. Radii and dimensions are averaged as they are. */
    @Test
    void of_twoManifolds_capacityIsTheHarmonicMeanAndTheOthersArithmetic() {
        CapacitySummary summary = CapacitySummary.of(
                List.of(manifold(1, 2, 5), manifold(1 / 3.0, 4, 9)), List.of(resampled(1, 2, 5), resampled(3, 4, 9)));
        for (double capacity : ends(summary.capacity())) {
            assertThat(capacity).isCloseTo(0.5, within(1e-12));
        }
        for (double radius : ends(summary.radius())) {
            assertThat(radius).isCloseTo(3, within(1e-12));
        }
        for (double dimension : ends(summary.dimension())) {
            assertThat(dimension).isCloseTo(7, within(1e-12));
        }
    }

    /** The middle 95 of 100 resamples, whose mean inverse capacities are 1.01, 1.02, ..., 2. */
    @Test
    void of_differentResamples_intervalLeavesOutTheEnds() {
        double[][] drawn = resampled(1, 2, 5);
        for (int r = 0; r < RESAMPLES; r++) {
            drawn[0][r] = 2 - r / 100.0;
        }
        CapacitySummary.Interval capacity = CapacitySummary.of(List.of(manifold(1, 2, 5)), List.<double[][]>of(drawn))
                .capacity();
        assertThat(capacity.value()).isEqualTo(1);
        assertThat(capacity.low()).isCloseTo(1 / 1.98, within(1e-12));
        assertThat(capacity.high()).isCloseTo(1 / 1.03, within(1e-12));
    }

    @Test
    void of_noInfeasibleDirection_requestsMore() {
        assertThatThrownBy(() -> CapacitySummary.of(
                        List.of(manifold(Double.POSITIVE_INFINITY, 2, 5)), List.<double[][]>of(resampled(0, 2, 5))))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("use more --directions");
    }

    private static double[] ends(CapacitySummary.Interval interval) {
        return new double[] {interval.value(), interval.low(), interval.high()};
    }

    private static ManifoldGeometry manifold(double capacity, double radius, double dimension) {
        return new ManifoldGeometry(capacity, radius, dimension, 0, new double[3][10], 10);
    }

    /** Equal resamples: (3, resamples). */
    private static double[][] resampled(double inverseCapacity, double radius, double dimension) {
        double[][] drawn = new double[3][RESAMPLES];
        Arrays.fill(drawn[0], inverseCapacity);
        Arrays.fill(drawn[1], radius);
        Arrays.fill(drawn[2], dimension);
        return drawn;
    }
}
