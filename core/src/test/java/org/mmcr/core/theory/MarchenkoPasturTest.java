package org.mmcr.core.theory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.core.MmcrException;

class MarchenkoPasturTest {
    @Test
    void percentError_ratioOne_isTheClosedForm() {
        assertThat(new MarchenkoPastur(1).percentError()).isCloseTo(1 - 8 / (3 * Math.PI), within(1e-15));
    }

    @Test
    void percentError_smallRatio_isAnEighthOfIt() {
        assertThat(new MarchenkoPastur(1e-9).percentError()).isCloseTo(1.25e-10, within(1e-18));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.3, 0.4999, 0.5, 0.5001, 0.7, 0.9, 0.99, 0.9999, 1})
    void percentError_anyRatio_isOneMinusTheIntegralOfTheRootOverTheDensity(double ratio) {
        MarchenkoPastur law = new MarchenkoPastur(ratio);
        assertThat(1 - law.percentError()).isCloseTo(integral(law, Math::sqrt), within(1e-10));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.5, 0.95})
    void density_anyRatio_hasMassAndMeanOneAndSecondMomentOnePlusRatio(double ratio) {
        MarchenkoPastur law = new MarchenkoPastur(ratio);
        assertThat(integral(law, x -> 1)).isCloseTo(1, within(1e-10));
        assertThat(integral(law, x -> x)).isCloseTo(1, within(1e-10));
        assertThat(integral(law, x -> x * x)).isCloseTo(1 + ratio, within(1e-10));
        assertThat(law.density(law.lower() - 1e-9)).isZero();
        assertThat(law.density(law.upper() + 1e-9)).isZero();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.5, 1})
    void cumulative_insideTheSupport_isTheIntegralOfTheDensity(double ratio) {
        MarchenkoPastur law = new MarchenkoPastur(ratio);
        for (double fraction : new double[] {0.2, 0.5, 0.9}) {
            double x = law.lower() + fraction * (law.upper() - law.lower());
            assertThat(law.cumulative(x)).isCloseTo(integral(law, y -> y <= x ? 1 : 0), within(1e-4));
            assertThat(law.quantile(law.cumulative(x))).isCloseTo(x, within(1e-9));
        }
        assertThat(law.cumulative(law.lower())).isZero();
        assertThat(law.cumulative(law.upper())).isEqualTo(1);
    }

    @Test
    void constructor_ratioOutsideRange_reportsWhatIsExpected() {
        assertThatThrownBy(() -> new MarchenkoPastur(0)).isInstanceOf(MmcrException.class);
        assertThatThrownBy(() -> new MarchenkoPastur(1.1)).isInstanceOf(MmcrException.class);
        assertThatThrownBy(() -> new MarchenkoPastur(Double.NaN)).hasMessageContaining("min(N, D) / max(N, D)");
    }

    /**
     * Midpoint rule over the support with x = lower + (upper - lower) sin^2 u for sin^2 u = 3 v^2 - 2 v^3: both ends,
     * where the density behaves like a root or its inverse, become smooth.
     */
    private static double integral(MarchenkoPastur law, DoubleUnaryOperator function) {
        int steps = 200_000;
        double sum = 0;
        for (int i = 0; i < steps; i++) {
            double v = (i + 0.5) / steps;
            double u = Math.PI / 2 * v * v * (3 - 2 * v);
            double slope = Math.PI / 2 * 6 * v * (1 - v);
            double width = law.upper() - law.lower();
            double x = law.lower() + width * Math.sin(u) * Math.sin(u);
            sum += function.applyAsDouble(x) * law.density(x) * width * Math.sin(2 * u) * slope / steps;
        }
        return sum;
    }
}
