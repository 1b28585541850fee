package org.mmcr.analysis.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mmcr.analysis.capacity.DichotomySimulation.Plane;
import org.mmcr.core.capacity.CapacityOptions;
import org.mmcr.core.capacity.CorrelatedOptions;
import org.mmcr.core.capacity.Dichotomies;
import org.mmcr.core.capacity.ManifoldSource;
import org.mmcr.train.run.ComputeThreads;

@Tag("long")
class CorrelatedRunTest {
    private static final int CLASSES = 16;
    private static final int POINTS = 8;
    private static final int DIMENSIONS = 60;

    @BeforeAll
    static void useOneNativeThread() {
        ComputeThreads.use(1);
    }

    /**
     * Classes whose centres and axes are correlated.
     *
     * @param centres fraction of the variance of the centres along one common direction
     * @param axes fraction of the variance around the centres along three common axes
     */
    private static ManifoldSource classes(double centres, double axes) {
        Random random = new Random(6);
        double[] common = gaussian(random);
        double[][] shared = {gaussian(random), gaussian(random), gaussian(random)};
        double[][] points = new double[CLASSES * POINTS][];
        for (int m = 0; m < CLASSES; m++) {
            double[] centre = gaussian(random);
            for (int i = 0; i < POINTS; i++) {
                double[] noise = gaussian(random);
                double[] point = new double[DIMENSIONS];
                double[] along = random.doubles(3, -1.7, 1.7).toArray();
                for (int d = 0; d < DIMENSIONS; d++) {
                    point[d] = Math.sqrt(1 - centres) * centre[d] + Math.sqrt(centres) * common[d];
                    point[d] += 0.5 * Math.sqrt(1 - axes) * noise[d];
                    for (int k = 0; k < 3; k++) {
                        point[d] += 0.5 * Math.sqrt(axes / 3) * along[k] * shared[k][d];
                    }
                }
                points[m * POINTS + i] = point;
            }
        }
        return ManifoldSource.of(
                points, IntStream.range(0, points.length).map(i -> i / POINTS).toArray());
    }

    private static double[] gaussian(Random random) {
        return IntStream.range(0, DIMENSIONS)
                .mapToDouble(i -> random.nextGaussian())
                .toArray();
    }

    private static CorrelatedReport measured(ManifoldSource classes, Dichotomies dichotomies) {
        return new CorrelatedRun(new CorrelatedOptions(400, dichotomies, Optional.empty(), 1), 2)
                .measure(classes, (stage, done, total) -> {});
    }

    private static SimulatedCapacity counted(ManifoldSource classes, Plane plane, Dichotomies dichotomies) {
        return new DichotomySimulation(200, plane, dichotomies, 1, 2).measure(classes, (stage, done, total) -> {});
    }

    /** Half of the dichotomies are separable in as many dimensions as the mean squared length of a projection. */
    @ParameterizedTest
    @CsvSource({"0, 0", "0.5, 0", "0.9, 0", "0, 0.9", "0.9, 0.9"})
    void measure_correlatedClasses_isTheCountedCapacity(double centres, double axes) {
        ManifoldSource classes = classes(centres, axes);
        double counted = counted(classes, Plane.THROUGH_ORIGIN, new Dichotomies.Random())
                .capacity()
                .value();
        double theory = measured(classes, new Dichotomies.Random()).capacity().value();
        assertThat(theory).isCloseTo(counted, within(0.03 * counted));
    }

    /** Even beside its own count, by planes through the mean of all points. */
    @Test
    void measure_correlatedAxes_theTheoryOf2018IsTooLow() {
        ManifoldSource classes = classes(0, 0.9);
        double counted = counted(classes, Plane.THROUGH_MEAN, new Dichotomies.Random())
                .capacity()
                .value();
        double uncorrelated = new CapacityRun(new CapacityOptions(0, 300, 0), 2)
                .measure(classes, (stage, done, total) -> {})
                .capacity()
                .value();
        assertThat(uncorrelated / counted).isBetween(0.7, 0.8);
    }

    @Test
    void measure_oneVersusRest_isTheCountedCapacityOfThoseDichotomies() {
        ManifoldSource classes = classes(0.3, 0.5);
        Dichotomies one = new Dichotomies.OneVersusRest();
        double counted = counted(classes, Plane.THROUGH_ORIGIN, one).capacity().value();
        double theory = measured(classes, one).capacity().value();
        assertThat(theory).isCloseTo(counted, within(0.03 * counted));
        assertThat(theory)
                .isGreaterThan(1.1
                        * measured(classes, new Dichotomies.Random()).capacity().value());
    }
}
