package org.mmcr.analysis.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.mmcr.analysis.plan.ScalingLaw.Interval;
import org.mmcr.analysis.plan.ScalingLaw.Point;

/** Fits of curves with known parameters. */
class ScalingLawTest {
    private static final OptionalDouble ZERO = OptionalDouble.of(0);
    private static final double OFFSET = 0.2;
    private static final double EXPONENT = 0.5;
    private static final double NOISE = 0.01;

    private static double error(double factor, double compute) {
        return OFFSET + factor * Math.pow(compute, -EXPONENT);
    }

    /** Trials of successive halving over eight candidates, the ones with the smaller factors further. */
    private static List<Point> halved(double[] factors, double noise, SplittableRandom random) {
        List<Point> points = new ArrayList<>();
        for (int round = 0; round < 4; round++) {
            for (int i = 0; i < factors.length >> round; i++) {
                double compute = 2 * Math.pow(2, round);
                points.add(new Point(i, compute, error(factors[i], compute) + noise * random.nextGaussian()));
            }
        }
        return points;
    }

    private static double[] factors(SplittableRandom random) {
        return random.doubles(8, 0.4, 0.8).sorted().toArray();
    }

    @Test
    void fit_exactCurves_findsTheParametersAndExtrapolates() {
        double[] factors = {0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8};
        ScalingLaw law = ScalingLaw.fit(halved(factors, 0, new SplittableRandom(1)), ZERO, 0)
                .orElseThrow();
        // The grid of exponents has steps of 6 %.
        assertThat(law.exponent().median()).isCloseTo(EXPONENT, within(0.03));
        assertThat(law.offset().median()).isCloseTo(OFFSET, within(0.03));
        for (int i = 0; i < factors.length; i++) {
            assertThat(law.predict(i, 400).median()).isCloseTo(error(factors[i], 400), within(0.02));
        }
        assertThat(law.probabilityOfBest(400)[0]).isGreaterThan(0.95);
    }

    /** 150 curves: the true error of a run, noise included, is inside the 80 % interval about as often as it says. */
    @Test
    void predict_noisyCurves_coversAboutAsOftenAsStated() {
        SplittableRandom random = new SplittableRandom(5);
        int curves = 150;
        int inside = 0;
        int fitted = 0;
        for (int i = 0; i < curves; i++) {
            double[] factors = factors(random);
            Optional<ScalingLaw> law = ScalingLaw.fit(halved(factors, NOISE, random), ZERO, i);
            if (law.isPresent()) {
                Interval interval = law.get().predict(0, 200);
                double truth = error(factors[0], 200) + NOISE * random.nextGaussian();
                inside += truth >= interval.low() && truth <= interval.high() ? 1 : 0;
                fitted++;
            }
        }
        assertThat(fitted).isGreaterThan(curves * 9 / 10);
        assertThat(inside / (double) fitted).isBetween(0.7, 0.95);
    }

    @Test
    void fit_moreNoise_widensTheInterval() {
        double[] factors = factors(new SplittableRandom(2));
        Interval quiet = ScalingLaw.fit(halved(factors, 0.001, new SplittableRandom(3)), ZERO, 0)
                .orElseThrow()
                .predict(0, 200);
        Interval loud = ScalingLaw.fit(halved(factors, 0.02, new SplittableRandom(3)), ZERO, 0)
                .orElseThrow()
                .predict(0, 200);
        assertThat(loud.high() - loud.low()).isGreaterThan(3 * (quiet.high() - quiet.low()));
        assertThat(loud.low()).isNotNegative();
    }

    @Test
    void fit_equalCandidates_leavesThemUndecided() {
        double[] equal = {0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5};
        ScalingLaw law = ScalingLaw.fit(halved(equal, NOISE, new SplittableRandom(4)), ZERO, 0)
                .orElseThrow();
        assertThat(Arrays.stream(law.probabilityOfBest(400)).max().orElseThrow())
                .isLessThan(0.8);
    }

    @Test
    void fit_tooFewOrRisingOrNoPoints_isEmpty() {
        assertThat(ScalingLaw.fit(List.of(), ZERO, 0)).isEmpty();
        assertThat(ScalingLaw.fit(List.of(new Point(0, 1, 0.5), new Point(0, 2, 0.4), new Point(0, 4, 0.3)), ZERO, 0))
                .isEmpty();
        List<Point> rising = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            int level = i / 2;
            rising.add(new Point(i % 2, Math.pow(2, level), 0.1 + 0.1 * level));
        }
        assertThat(ScalingLaw.fit(rising, ZERO, 0)).isEmpty();
        List<Point> oneCompute = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            oneCompute.add(new Point(i % 2, 3, 0.1 + 0.001 * i));
        }
        assertThat(ScalingLaw.fit(oneCompute, ZERO, 0)).isEmpty();
    }

    @Test
    void fit_sameSeed_isTheSame() {
        double[] factors = factors(new SplittableRandom(2));
        List<Point> points = halved(factors, NOISE, new SplittableRandom(3));
        assertThat(ScalingLaw.fit(points, ZERO, 7).orElseThrow().predict(2, 50))
                .isEqualTo(ScalingLaw.fit(points, ZERO, 7).orElseThrow().predict(2, 50));
    }
}
