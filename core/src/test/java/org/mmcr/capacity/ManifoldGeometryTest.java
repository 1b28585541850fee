package org.mmcr.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mmcr.MmcrException;

class ManifoldGeometryTest {
    /** Cover 1965 and Gardner 1988: two random points for each dimension. */
    @Test
    void of_onePoint_hasCapacityTwo() {
        double[][] directions = ManifoldGeometry.directions(40_000, 1, new Random(1));
        ManifoldGeometry found = ManifoldGeometry.of(new double[][] {{0}}, directions, 0);
        assertThat(found.capacity()).isCloseTo(2, within(0.06));
        assertThat(found.radius()).isZero();
        assertThat(found.dimension()).isZero();
    }

    /** With a margin: 1 / alpha = E max(kappa - t, 0)^2, Gardner's integral in closed form. */
    @Test
    void of_onePointWithMargin_hasGardnersCapacity() {
        double kappa = 0.8;
        double density = Math.exp(-kappa * kappa / 2) / Math.sqrt(2 * Math.PI);
        double below = 0.7881446; // normal distribution function at 0.8
        double expected = 1 / ((1 + kappa * kappa) * below + kappa * density);
        double[][] directions = ManifoldGeometry.directions(40_000, 1, new Random(2));
        assertThat(ManifoldGeometry.of(new double[][] {{0}}, directions, kappa).capacity())
                .isCloseTo(expected, within(0.03 * expected));
    }

    /**
     * A ball of radius R: the problem has two unknowns, along the centre and along the direction's own part, and is solved by
     * hand, direction by direction. In one dimension two points are the whole ball, on a circle many points are nearly.
     */
    @ParameterizedTest
    @CsvSource({"1, 2, 0.5, 0, 1e-12", "1, 2, 2, 0.3, 1e-12", "2, 400, 0.7, 0, 1e-3", "2, 400, 1.5, 0.5, 1e-3"})
    void of_sampledBall_agreesWithItsFormula(int dimension, int count, double radius, double kappa, double tolerance) {
        double[][] points = new double[count][dimension];
        for (int i = 0; i < count; i++) {
            double angle = 2 * Math.PI * i / count;
            points[i][0] = radius * Math.cos(angle);
            if (dimension == 2) {
                points[i][1] = radius * Math.sin(angle);
            }
        }
        double[][] directions = ManifoldGeometry.directions(400, dimension, new Random(5));
        double[] found = ManifoldGeometry.of(points, directions, kappa).terms()[0];
        for (int n = 0; n < directions.length; n++) {
            double centre = directions[n][dimension];
            double along = 0;
            for (int d = 0; d < dimension; d++) {
                along += directions[n][d] * directions[n][d];
            }
            double expected = ball(radius, kappa, centre, Math.sqrt(along));
            assertThat(found[n]).isCloseTo(expected, within(tolerance * (1 + expected)));
        }
    }

    private static double ball(double radius, double kappa, double centre, double along) {
        double lacking = kappa + radius * along + centre;
        if (lacking <= 0) {
            return 0;
        }
        double length = along - radius * lacking / (1 + radius * radius);
        return length >= 0
                ? lacking * lacking / (1 + radius * radius)
                : (kappa + centre) * (kappa + centre) + along * along;
    }

    @Test
    void of_duplicatePoints_areOne() {
        double[][] directions = ManifoldGeometry.directions(200, 3, new Random(3));
        double[][] points = {{1, 0, 0.2}, {0, 0.5, -1}, {-0.4, 0.3, 0.1}};
        double[][] twice = {points[0], points[1], points[0], points[2], points[1], points[2]};
        ManifoldGeometry once = ManifoldGeometry.of(points, directions, 0);
        ManifoldGeometry doubled = ManifoldGeometry.of(twice, directions, 0);
        assertThat(doubled.capacity()).isCloseTo(once.capacity(), within(1e-9 * once.capacity()));
        assertThat(doubled.radius()).isCloseTo(once.radius(), within(1e-9));
        assertThat(doubled.dimension()).isCloseTo(once.dimension(), within(1e-9));
    }

    @Test
    void of_wrongInput_saysSo() {
        double[][] directions = ManifoldGeometry.directions(5, 2, new Random(3));
        assertThatThrownBy(() -> ManifoldGeometry.of(new double[][] {{1, 2, 3}}, directions, 0))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("directions of 4 entries");
        assertThatThrownBy(() -> ManifoldGeometry.of(new double[][] {{1, 2}}, directions, -1))
                .hasMessageContaining("margin");
    }
}
