package org.mmcr.core.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mmcr.core.MmcrException;
import org.mmcr.core.capacity.ManifoldCapacity.CostlyPoint;
import org.mmcr.core.capacity.ManifoldCapacity.Manifold;

class CostliestPointsTest {
    private static final int CLASSES = 10;
    private static final int POINTS = 30;
    private static final int DIMENSIONS = 60;
    private static final int WIDE = 3;
    private static final CapacityOptions OPTIONS = new CapacityOptions(0, 4000, 1, 4);

    /** Equal clouds; the points of class 3 are spread {@code factor} times as far, and point 7 of class 6 far more. */
    private static double[][][] clouds(double factor, double far) {
        Random random = new Random(4);
        double[][][] clouds = new double[CLASSES][POINTS][DIMENSIONS];
        for (int c = 0; c < CLASSES; c++) {
            double[] centre = random.doubles(DIMENSIONS, -1.7, 1.7).toArray();
            for (int p = 0; p < POINTS; p++) {
                double spread = 0.3 * (c == WIDE ? factor : c == 6 && p == 7 ? far : 1);
                for (int d = 0; d < DIMENSIONS; d++) {
                    clouds[c][p][d] = centre[d] + spread * random.nextGaussian();
                }
            }
        }
        return clouds;
    }

    private static ManifoldCapacity measure(List<double[][]> clouds) {
        ManifoldSource source = ManifoldSource.of(
                IntStream.range(0, clouds.size()).mapToObj(i -> "c" + i).toList(), i -> Matrix.of(clouds.get(i)));
        return ManifoldCapacity.of(source, OPTIONS, TaskRunner.IN_TURN, CapacityProgress.NONE);
    }

    /** The class that is wide by construction costs most, and without it capacity is what a new measurement finds. */
    @Test
    void of_oneWideClass_statesTheCapacityWithoutIt() {
        double[][][] clouds = clouds(4, 1);
        ManifoldCapacity measured = measure(List.of(clouds));
        Manifold wide = measured.perManifold().stream()
                .max(Comparator.comparing(Manifold::share))
                .orElseThrow();
        assertThat(wide.label()).isEqualTo("c" + WIDE);
        assertThat(wide.share()).isGreaterThan(0.2);
        assertThat(measured.perManifold().stream().mapToDouble(Manifold::share).sum())
                .isCloseTo(1, within(1e-12));
        double[][][] rest = IntStream.range(0, CLASSES)
                .filter(i -> i != WIDE)
                .mapToObj(i -> clouds[i])
                .toArray(double[][][]::new);
        double without = measure(List.of(rest)).capacity().value();
        assertThat(wide.capacityWithout())
                .isGreaterThan(1.05 * measured.capacity().value());
        assertThat(wide.capacityWithout()).isCloseTo(without, within(0.03 * without));
    }

    /**
     * The same for one point. A new measurement has another origin, other common directions and other draws, which
     * change the other classes' capacities by some percent; the class of the point is compared alone.
     */
    @Test
    void of_oneFarPoint_statesTheCapacityWithoutIt() {
        double[][][] clouds = clouds(1, 6);
        ManifoldCapacity measured = measure(List.of(clouds));
        assertThat(measured.costliest()).hasSize(4);
        CostlyPoint far = measured.costliest().get(0);
        assertThat(far.label()).isEqualTo("c6");
        assertThat(far.point()).isEqualTo(7);
        assertThat(far.share()).isGreaterThan(2 * measured.costliest().get(1).share());
        assertThat(far.active()).isGreaterThan(0.3);
        assertThat(far.radius()).isGreaterThan(1.5);
        clouds[6] = IntStream.range(0, POINTS)
                .filter(i -> i != 7)
                .mapToObj(i -> clouds[6][i])
                .toArray(double[][]::new);
        double others = measured.perManifold().stream()
                .filter(one -> !one.label().equals("c6"))
                .mapToDouble(one -> 1 / one.capacity())
                .sum();
        double stated = 1 / (CLASSES / far.capacityWithout() - others);
        double without = measure(List.of(clouds)).perManifold().get(6).capacity();
        assertThat(stated)
                .isGreaterThan(1.15 * measured.perManifold().get(6).capacity())
                .isCloseTo(without, within(0.1 * without));
    }

    /** The rest of class 0 is one point at the origin. */
    @Test
    void of_pointWithoutWhichItsClassHasNoCentre_statesNoCapacityWithoutIt() {
        ManifoldCapacity measured =
                measure(List.of(new double[][] {{0, 0}, {2, 0}}, new double[][] {{-1, 1}, {-1, -1}}));
        assertThat(measured.capacity().value()).isPositive().isFinite();
        assertThat(measured.costliest()).hasSize(4);
        for (CostlyPoint one : measured.costliest()) {
            boolean last = one.label().equals("c0") && one.point() == 1;
            assertThat(Double.isNaN(one.capacityWithout())).as("%s", one).isEqualTo(last);
        }
    }

    /** The shares of a direction follow the dual weights: of two points on a line, the nearer to violation has all. */
    @Test
    void support_ofEachDirection_addsUpToItsCost() {
        Matrix points = Matrix.of(new double[][] {{1, 0}, {-1, 0}, {0, 0.5}, {0, 0.5}});
        double[][] directions = {{2, 0, 0.5}, {-2, 0, 0.5}, {0, 3, 1}, {0.1, -0.1, -9}};
        AnchorProblem.Anchors found = new AnchorProblem(points, 0).solve(directions);
        assertThat(found.support().active()[0]).isEqualTo(1);
        assertThat(found.support().active()[1]).isEqualTo(1);
        assertThat(found.support().active()[2] + found.support().active()[3]).isEqualTo(1);
        assertThat(found.support().cost()[0]).isCloseTo(found.distances()[0], within(1e-12));
        assertThat(found.support().cost()[1]).isCloseTo(found.distances()[1], within(1e-12));
        assertThat(found.support().cost()[2] + found.support().cost()[3])
                .isCloseTo(found.distances()[2], within(1e-12));
        assertThat(found.distances()[3]).isZero();
    }

    @Test
    void options_ofNegativePoints_areAnError() {
        assertThatThrownBy(() -> new CapacityOptions(0, 300, 0, -1))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("found -1");
    }
}
