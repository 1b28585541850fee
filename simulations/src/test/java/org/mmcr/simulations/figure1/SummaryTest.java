package org.mmcr.simulations.figure1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mmcr.core.theory.MmcrBounds;

class SummaryTest {
    /** An artificial law with a peak at N = D and different powers on its sides. */
    private static double law(long n, long d) {
        return n >= d ? 0.15 * Math.pow((double) d / n, 0.8) : 0.15 * Math.pow((double) n / d, 1.2);
    }

    private static List<Measurement> made(long[] sizes, double... offsets) {
        List<Measurement> made = new ArrayList<>();
        for (long n : sizes) {
            for (long d : sizes) {
                for (int repeat = 0; repeat < offsets.length; repeat++) {
                    double error = law(n, d) * (1 + offsets[repeat]);
                    made.add(new Measurement(n, d, repeat, MmcrBounds.upperBound(n, d) * (1 - error), 0));
                }
            }
        }
        return made;
    }

    @Test
    void of_powerLaws_findsTheirExponentsAndPeaks() {
        Summary summary = Summary.of(made(new long[] {10, 40, 160, 640}, 0));
        assertThat(summary.exponentFewPoints().orElseThrow()).isCloseTo(-1.2, within(1e-9));
        assertThat(summary.exponentManyPoints().orElseThrow()).isCloseTo(-0.8, within(1e-9));
        Summary.Curve curve = summary.byPoints().get(2);
        assertThat(curve.fixed()).isEqualTo(160);
        assertThat(curve.peakAt()).isEqualTo(160);
        assertThat(curve.peakPercentError()).isCloseTo(0.15, within(1e-12));
        assertThat(curve.exponentBelow().orElseThrow()).isCloseTo(0.8, within(1e-9));
        assertThat(curve.exponentAbove()).isEmpty();
        assertThat(summary.byDimensions().get(0).exponentAbove().orElseThrow()).isCloseTo(-0.8, within(1e-9));
    }

    @Test
    void of_severalDraws_hasTheirMeanDeviationAndStandardError() {
        Summary summary = Summary.of(made(new long[] {10, 20}, -0.1, 0, 0.1));
        Summary.Average cell = summary.cells().get(0);
        assertThat(cell.percentError()).isCloseTo(0.15, within(1e-12));
        assertThat(cell.least()).isCloseTo(0.135, within(1e-12));
        assertThat(cell.most()).isCloseTo(0.165, within(1e-12));
        assertThat(cell.standardErrors()).isCloseTo((0.15 - cell.predicted()) / (0.015 / Math.sqrt(3)), within(1e-6));
        assertThat(cell.deviation()).isCloseTo(0.15 / cell.predicted() - 1, within(1e-9));
    }

    /** By hand: x = 1, 2, 3 and y = 1, 2, 4 in logarithms have slope 1.5 and a standard error of sqrt(1 / 12). */
    @Test
    void fit_ofThreePoints_hasTheIntervalOfStudentsT() {
        PowerFit fit = PowerFit.of(
                        new double[] {Math.E, Math.exp(2), Math.exp(3)},
                        new double[] {Math.E, Math.exp(2), Math.exp(4)})
                .orElseThrow();
        assertThat(fit.exponent()).isCloseTo(1.5, within(1e-12));
        assertThat(fit.standardError()).isCloseTo(Math.sqrt(1 / 12.0), within(1e-12));
        assertThat(fit.interval().orElseThrow().get(1)).isCloseTo(1.5 + 12.7062 * Math.sqrt(1 / 12.0), within(1e-3));
        assertThat(PowerFit.quantile(10)).isCloseTo(2.2281, within(1e-3));
        assertThat(PowerFit.of(new double[] {2, 2}, new double[] {1, 3})).isEmpty();
        assertThat(PowerFit.of(new double[] {1, 2}, new double[] {1, 3})
                        .orElseThrow()
                        .interval())
                .isEmpty();
    }
}
