package org.mmcr.analysis.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.mmcr.analysis.plan.LearningCurves.Interval;
import org.mmcr.analysis.plan.LearningCurves.Point;

/** Fits of curves with known parameters. */
class LearningCurvesTest {
    private static final CurvePrior PRIOR = CurvePrior.ACCURACY;
    private static final double LONGEST = 16;

    /** Trials of successive halving over eight candidates, the first ones further; the longest takes 16 s. */
    private static List<Point> halved(double[] levels, double slope, double noise, SplittableRandom random) {
        List<Point> points = new ArrayList<>();
        for (int round = 0; round < 4; round++) {
            for (int i = 0; i < levels.length >> round; i++) {
                double time = 2 * Math.pow(2, round);
                double value = levels[i] + slope * Math.log(time / LONGEST) + noise * random.nextGaussian();
                points.add(new Point(i, time, PRIOR.figure().applyAsDouble(value)));
            }
        }
        return points;
    }

    private static double[] levels(SplittableRandom random) {
        return random.doubles(8, 0, 1).map(x -> -x).sorted().map(x -> -x).toArray();
    }

    @Test
    void fit_exactLines_findsTheSlopeAndExtrapolatesByTheLaterOne() {
        double[] levels = {0.5, 0.2, 0.1, 0, -0.1, -0.2, -0.3, -0.4};
        double slope = 0.4;
        // So many points of no noise outweigh the prior's expectation of the noise.
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            points.addAll(halved(levels, slope, 0, new SplittableRandom(1)));
        }
        LearningCurves curves = LearningCurves.fit(points, PRIOR, 0).orElseThrow();
        assertThat(curves.slope().median()).isCloseTo(slope, within(0.01));
        double later = PRIOR.slope() + PRIOR.kept() * (slope - PRIOR.slope());
        assertThat(curves.laterSlope().median()).isCloseTo(later, within(0.02));
        assertThat(curves.laterSlope().high() - curves.laterSlope().low())
                .isCloseTo(2 * 1.2816 * PRIOR.laterDeviation(), within(0.03));
        for (int i = 0; i < levels.length; i++) {
            double expected = PRIOR.figure().applyAsDouble(levels[i] + later * Math.log(20));
            assertThat(curves.predict(i, 20 * LONGEST).median()).isCloseTo(expected, within(0.02));
        }
        assertThat(curves.probabilityOfHighest()[0]).isGreaterThan(0.99);
    }

    /** Curves drawn as the prior says: a run, noise included, is inside its 80 % interval as often as that. */
    @Test
    void predict_curvesOfThePrior_coversAsOftenAsStated() {
        SplittableRandom random = new SplittableRandom(5);
        int curves = 600;
        int inside = 0;
        for (int i = 0; i < curves; i++) {
            double slope = PRIOR.slope() + PRIOR.slopeDeviation() * random.nextGaussian();
            double later = PRIOR.slope()
                    + PRIOR.kept() * (slope - PRIOR.slope())
                    + PRIOR.laterDeviation() * random.nextGaussian();
            double[] levels = levels(random);
            Interval interval = LearningCurves.fit(halved(levels, slope, PRIOR.noise(), random), PRIOR, i)
                    .orElseThrow()
                    .predict(0, 40 * LONGEST);
            double truth = PRIOR.figure()
                    .applyAsDouble(levels[0] + later * Math.log(40) + PRIOR.noise() * random.nextGaussian());
            inside += truth >= interval.low() && truth <= interval.high() ? 1 : 0;
        }
        // Two standard deviations of 600 draws are 3 %.
        assertThat(inside / (double) curves).isCloseTo(0.8, within(0.05));
    }

    @Test
    void fit_moreNoise_widensTheInterval() {
        double[] levels = levels(new SplittableRandom(2));
        Interval quiet = predicted(levels, 0.01);
        Interval loud = predicted(levels, 1);
        assertThat(loud.high() - loud.low()).isGreaterThan(1.5 * (quiet.high() - quiet.low()));
        assertThat(loud.low()).isPositive();
        assertThat(loud.high()).isLessThan(1);
    }

    private static Interval predicted(double[] levels, double noise) {
        return LearningCurves.fit(halved(levels, 0.2, noise, new SplittableRandom(3)), PRIOR, 0)
                .orElseThrow()
                .predict(0, LONGEST);
    }

    @Test
    void fit_equalCandidates_leavesThemUndecided() {
        LearningCurves curves = LearningCurves.fit(
                        halved(new double[8], 0.2, PRIOR.noise(), new SplittableRandom(4)), PRIOR, 0)
                .orElseThrow();
        assertThat(Arrays.stream(curves.probabilityOfHighest()).max().orElseThrow())
                .isLessThan(0.8);
        assertThat(Arrays.stream(curves.probabilityOfHighest()).sum()).isCloseTo(1, within(1e-9));
    }

    @Test
    void fit_tooFewPoints_isEmpty() {
        assertThat(LearningCurves.fit(List.of(), PRIOR, 0)).isEmpty();
        assertThat(LearningCurves.fit(List.of(new Point(0, 1, 0.5), new Point(0, 2, 0.4)), PRIOR, 0))
                .isEmpty();
    }

    /** Accuracies of 0 and 1 have no log-odds; they count as one in a thousand from the edge. */
    @Test
    void fit_figuresAtTheEdge_areFinite() {
        List<Point> points = List.of(new Point(0, 1, 0), new Point(0, 2, 1), new Point(0, 4, 1), new Point(0, 8, 1));
        Interval found = LearningCurves.fit(points, PRIOR, 0).orElseThrow().predict(0, 100);
        assertThat(found.low()).isBetween(0.0, found.median());
        assertThat(found.high()).isBetween(found.median(), 1.0);
    }

    @Test
    void fit_sameSeed_isTheSame() {
        List<Point> points = halved(levels(new SplittableRandom(2)), 0.2, 0.1, new SplittableRandom(3));
        assertThat(LearningCurves.fit(points, PRIOR, 7).orElseThrow().predict(2, 50))
                .isEqualTo(LearningCurves.fit(points, PRIOR, 7).orElseThrow().predict(2, 50));
    }
}
