package org.mmcr.objective.information;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.core.MmcrException;

class UnitSphereTest {
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 17, 512, 10_000})
    void logArea_anyDimension_followsRecurrence(int dimension) {
        double expected = Quadrature.logArea(dimension);
        assertThat(new UnitSphere(dimension).logArea()).isCloseTo(expected, within(1e-13 * Math.abs(expected) + 1e-14));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-100, 1e-5, 0.3, 1.2, 1.57, 1.6, 2.5, 3.14})
    void logCapArea_fewDimensions_matchesClosedForm(double angle) {
        assertThat(new UnitSphere(2).logCapArea(angle)).isCloseTo(Math.log(2 * angle), within(1e-12));
        double squareOfHalf = Math.sin(angle / 2) * Math.sin(angle / 2);
        assertThat(new UnitSphere(3).logCapArea(angle)).isCloseTo(Math.log(4 * Math.PI * squareOfHalf), within(1e-12));
        if (angle > 0.1) {
            assertThat(new UnitSphere(4).logCapArea(angle))
                    .isCloseTo(Math.log(Math.PI * (2 * angle - Math.sin(2 * angle))), within(1e-12));
        }
    }

    @ParameterizedTest
    @CsvSource({"5, 0.7", "64, 1.3", "64, 1.9", "512, 1.5", "512, 1e-3", "10000, 1.55", "10000, 0.4", "10000, 1.58"})
    void logCapArea_manyDimensions_matchesIntegral(int dimension, double angle) {
        // Slices of the cap, scaled by the largest; for caps below the equator that is the rim.
        double top = (dimension - 2) * Math.log(Math.sin(Math.min(angle, Math.PI / 2)));
        double width = angle < 1.5 ? 60 * Math.tan(angle) / (dimension - 2) : 60 / Math.sqrt(dimension);
        double reach = Math.min(angle, width);
        double integral =
                Quadrature.simpson(a -> Math.exp((dimension - 2) * Math.log(Math.sin(a)) - top), angle - reach, angle);
        double expected = Quadrature.logArea(dimension - 1) + top + Math.log(integral);
        assertThat(new UnitSphere(dimension).logCapArea(angle)).isCloseTo(expected, within(1e-10 * Math.abs(expected)));
    }

    @Test
    void logCapArea_ends_areNothingAndEverything() {
        for (int dimension : new int[] {2, 7, 10_000}) {
            UnitSphere sphere = new UnitSphere(dimension);
            assertThat(sphere.logCapArea(0)).isEqualTo(Double.NEGATIVE_INFINITY);
            assertThat(sphere.logCapArea(Math.PI)).isEqualTo(sphere.logArea());
            assertThat(sphere.logCapArea(Math.PI / 2)).isCloseTo(sphere.logArea() - Math.log(2), within(1e-10));
        }
    }

    @Test
    void constructor_oneDimension_isReported() {
        assertThatThrownBy(() -> new UnitSphere(1))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("found 1");
        assertThatThrownBy(() -> new UnitSphere(3).logCapArea(4)).hasMessageContaining("found 4.0");
    }
}
