package org.mmcr.core.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ChanceCapacityTest {
    @Test
    void of_smallCases_areThoseCountedByHand() {
        // One dimension: B is 0 with probability 1/4 for two points, otherwise the cone takes up the line.
        assertThat(ChanceCapacity.of(1, 2)).isCloseTo(1 / 0.75, within(1e-12));
        // Two dimensions, three points: P(B = 1) = 3/8, P(B >= 2) = 1/2.
        assertThat(ChanceCapacity.of(2, 3)).isCloseTo(1 / (3 / 8.0 + 2 / 2.0), within(1e-12));
        assertThat(ChanceCapacity.of(100, 50)).isCloseTo(2 / 50.0, within(1e-12));
        assertThat(ChanceCapacity.of(10, 100_000)).isCloseTo(0.1, within(1e-9));
        assertThat(ChanceCapacity.of(100, 10, 30)).isCloseTo(0.1, within(1e-12));
        assertThat(ChanceCapacity.ofAllAtOnce(20, 4, 100_000)).isCloseTo(0.2, within(1e-9));
    }

    /**
     * Points of any covariance with labels drawn at random have the chance level. In few dimensions the theory of 2018
     * lies above it, because it removes common directions of the centres first.
     */
    @Test
    void of_labelsDrawnAtRandom_isTheMeasuredCapacity() {
        for (int dimensions : new int[] {5, 40}) {
            double[][] points = stretched(240, dimensions);
            int[] labels = labels(240, 12);
            double glue = CorrelatedCapacity.of(points, labels)
                    .figure(CorrelatedFigure.CAPACITY)
                    .orElseThrow()
                    .value();
            assertThat(glue / ChanceCapacity.ofAllAtOnce(dimensions, 12, 240))
                    .as("glue in %d dimensions", dimensions)
                    .isBetween(0.9, 1.1);
            ManifoldCapacity measured = ManifoldCapacity.of(points, labels);
            assertThat(measured.chance()).hasValue(ChanceCapacity.of(dimensions, counts(labels, 12)));
            if (dimensions > 20) {
                assertThat(measured.capacity().value() / measured.chance().orElseThrow())
                        .isBetween(0.9, 1.1);
            }
        }
    }

    @Test
    void measure_oneClassFarOutside_isNamedAndLeavesTheMedian() {
        Random random = new Random(3);
        double[][] points = new double[100][20];
        int[] labels = new int[100];
        for (int i = 0; i < points.length; i++) {
            labels[i] = i / 10;
            double spread = labels[i] == 7 ? 40 : 0.3;
            for (int d = 0; d < 20; d++) {
                points[i][d] = (d == labels[i] ? 3 : 0) + spread * random.nextGaussian();
            }
        }
        ManifoldCapacity measured = ManifoldCapacity.of(points, labels);
        assertThat(measured.cautions().get(Caution.RADIUS_FAR)).containsExactly("7");
        double[] radii = measured.perManifold().stream()
                .mapToDouble(ManifoldCapacity.Manifold::radius)
                .sorted()
                .toArray();
        assertThat(measured.medians().radius()).isEqualTo((radii[4] + radii[5]) / 2);
        assertThat(measured.radius().value())
                .isGreaterThan(1.5 * measured.medians().radius());
    }

    /** Standard deviations from 1 to 1/5 over the dimensions. */
    private static double[][] stretched(int count, int dimensions) {
        Random random = new Random(dimensions);
        double[][] points = new double[count][dimensions];
        for (double[] point : points) {
            for (int d = 0; d < dimensions; d++) {
                point[d] = random.nextGaussian() / (1 + 4.0 * d / dimensions);
            }
        }
        return points;
    }

    private static int[] labels(int count, int classes) {
        Random random = new Random(1);
        return random.ints(count, 0, classes).toArray();
    }

    private static int[] counts(int[] labels, int classes) {
        int[] counts = new int[classes];
        for (int label : labels) {
            counts[label]++;
        }
        return counts;
    }
}
