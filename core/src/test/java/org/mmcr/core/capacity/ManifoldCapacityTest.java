package org.mmcr.core.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mmcr.core.MmcrException;

class ManifoldCapacityTest {
    /** Points (count, dimensions) around one of six centres, the class of point i is {@code labels[i]}. */
    private static double[][] points(int[] labels, int dimensions) {
        double[][] centres = new double[6][dimensions];
        Random random = new Random(3);
        for (double[] centre : centres) {
            for (int d = 0; d < dimensions; d++) {
                centre[d] = random.nextGaussian();
            }
        }
        double[][] points = new double[labels.length][dimensions];
        for (int i = 0; i < labels.length; i++) {
            for (int d = 0; d < dimensions; d++) {
                points[i][d] = centres[labels[i]][d] + 0.3 * random.nextGaussian();
            }
        }
        return points;
    }

    private static int[] labels() {
        return IntStream.range(0, 72).map(i -> 5 - i % 6).toArray();
    }

    @Test
    void of_labelledRows_groupsThemInOrderOfTheirLabels() {
        int[] labels = {7, -2, 7, 10, -2};
        double[][] points = {{1, 2}, {3, 4}, {5, 6}, {7, 8}, {9, 10}};
        float[][] floats = {{1, 2}, {3, 4}, {5, 6}, {7, 8}, {9, 10}};
        for (ManifoldSource source : List.of(ManifoldSource.of(points, labels), ManifoldSource.of(floats, labels))) {
            assertThat(IntStream.range(0, source.count()).mapToObj(source::name))
                    .containsExactly("-2", "7", "10");
            assertThat(source.points(0).values()).containsExactly(3, 4, 9, 10);
            assertThat(source.points(1).values()).containsExactly(1, 2, 5, 6);
            assertThat(source.points(2).rows()).isEqualTo(1);
        }
    }

    /** The mean-field figures of all classes, from the geometry of each: harmonic and arithmetic means. */
    @Test
    void of_classes_averagesTheirFigures() {
        ManifoldCapacity measured = ManifoldCapacity.of(points(labels(), 20), labels());
        assertThat(measured.perManifold()).hasSize(6);
        double inverse = 0;
        double radius = 0;
        for (ManifoldCapacity.Manifold one : measured.perManifold()) {
            assertThat(one.points()).isEqualTo(12);
            inverse += 1 / one.capacity() / 6;
            radius += one.radius() / 6;
        }
        assertThat(measured.capacity().value()).isCloseTo(1 / inverse, within(1e-12));
        assertThat(measured.radius().value()).isCloseTo(radius, within(1e-12));
        assertThat(measured.capacity().value())
                .isBetween(measured.capacity().low(), measured.capacity().high());
        assertThat(measured.ambientDimension()).isEqualTo(20);
        assertThat(measured.cautions()).isEmpty();
    }

    @Test
    void of_anyRunner_isTheSame() {
        ManifoldSource source = ManifoldSource.of(points(labels(), 30), labels());
        CapacityOptions options = new CapacityOptions(0, 120, 5);
        ManifoldCapacity expected = ManifoldCapacity.of(source, options, TaskRunner.IN_TURN, CapacityProgress.NONE);
        for (int threads = 1; threads <= 3; threads++) {
            ForkJoinPool pool = new ForkJoinPool(threads);
            assertThat(ManifoldCapacity.of(source, options, TaskRunner.on(pool), CapacityProgress.NONE))
                    .isEqualTo(expected);
            pool.shutdown();
        }
    }

    @Test
    void of_illPosedClasses_namesThem() {
        int[] labels = labels();
        double[][] points = points(labels, 20);
        labels[0] = 9;
        assertThat(ManifoldCapacity.of(points, labels).cautions())
                .containsEntry(Caution.ONE_POINT, List.of("9"))
                .containsEntry(Caution.UNEQUAL_COUNTS, List.of());
    }

    @Test
    void of_wrongArrays_throwsAndReportsWhatIsWrong() {
        double[][] points = {{1, 2}, {3, 4}, {5, 6}};
        assertFails("expected a label for each of at least one point, found 2 labels for 3 points", points, 0, 1);
        assertFails("found 0 labels for 0 points", new double[0][]);
        assertFails("found 2 numbers in row 0 and 1 in row 1", new double[][] {{1, 2}, {3}}, 0, 1);
        assertFails("at least 2 manifolds, found 1", points, 4, 4, 4);
        assertFails("NaN or infinity in manifold 1, point 0", new double[][] {{1}, {Double.NaN}}, 0, 1);
        assertFails("expected points (m, N)", new double[][] {{}, {}}, 0, 1);
    }

    private static void assertFails(String message, double[][] points, int... labels) {
        assertThatThrownBy(() -> ManifoldCapacity.of(points, labels))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining(message);
    }
}
