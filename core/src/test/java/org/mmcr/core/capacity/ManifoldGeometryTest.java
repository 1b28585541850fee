package org.mmcr.core.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mmcr.core.MmcrException;

class ManifoldGeometryTest {
    /** Cover 1965 and Gardner 1988: two random points for each dimension. */
    @Test
    void of_onePoint_hasCapacityTwo() {
        double[][] directions = ManifoldGeometry.directions(40_000, 1, new Random(1));
        ManifoldGeometry found = ManifoldGeometry.of(Matrix.of(new double[][] {{0}}), directions, 0);
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
        assertThat(ManifoldGeometry.of(Matrix.of(new double[][] {{0}}), directions, kappa)
                        .capacity())
                .isCloseTo(expected, within(0.03 * expected));
    }

    /**
     * A ball of radius R: the problem has two unknowns, along the centre and along the direction's own part, and is
     * solved by hand, direction by direction. In one dimension two points are the whole ball, on a circle many points
     * are nearly.
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
        double[] found =
                ManifoldGeometry.of(Matrix.of(points), directions, kappa).terms()[0];
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

    /**
     * The whole integral for a ball, over the centre's coordinate and the length of the rest, against points on its
     * surface.
     */
    @ParameterizedTest
    @CsvSource({"2, 400, 0.5, 0", "3, 1500, 1, 0", "3, 1500, 0.4, 0.5"})
    void of_sampledBall_hasItsCapacity(int dimension, int count, double radius, double kappa) {
        double[] radii = new double[dimension];
        Arrays.fill(radii, radius);
        ManifoldGeometry found = ManifoldGeometry.of(
                Matrix.of(surface(radii, count)), ManifoldGeometry.directions(3000, dimension, new Random(6)), kappa);
        double inverse = 0;
        for (double t0 = -8; t0 < 8; t0 += 0.02) {
            for (double along = 0.005; along < 8; along += 0.01) {
                double density = Math.exp(-(t0 * t0 + along * along) / 2) / Math.sqrt(2 * Math.PI);
                double chi = dimension == 2 ? along : along * along * Math.sqrt(2 / Math.PI);
                inverse += ball(radius, kappa, t0, along) * density * chi * 0.02 * 0.01;
            }
        }
        // 3,000 directions: a standard error of about 2.5 %, and the sampled surface lies within 1 % inside the
        // ball's.
        assertThat(1 / found.capacity()).isCloseTo(inverse, within(0.09 * inverse));
    }

    /** Anchors on a ball: radius R and dimension D, both approached from below (Chung et al. 2018, section IV). */
    @Test
    void of_smallBall_hasItsRadiusAndDimension() {
        double[][] points = surface(new double[] {0.05, 0.05, 0.05}, 3000);
        ManifoldGeometry found =
                ManifoldGeometry.of(Matrix.of(points), ManifoldGeometry.directions(2000, 3, new Random(7)), 0);
        assertThat(found.radius()).isCloseTo(0.05, within(0.001));
        assertThat(found.dimension()).isCloseTo(3, within(0.05));
    }

    /**
     * An ellipsoid's problem has one unknown once the multiplier mu is known: v_i = t_i / (1 + mu R_i^2), and mu from
     * the constraint by bisection (Chung et al. 2018, section V).
     */
    @ParameterizedTest
    @CsvSource({"400, '0.9,0.2', 0", "3000, '1.2,0.5,0.1', 0", "3000, '0.6,0.6,0.3', 0.4"})
    void of_sampledEllipsoid_agreesWithItsFormula(int count, String text, double kappa) {
        double[] radii =
                Arrays.stream(text.split(",")).mapToDouble(Double::parseDouble).toArray();
        double[][] directions = ManifoldGeometry.directions(400, radii.length, new Random(5));
        double[] found = ManifoldGeometry.of(Matrix.of(surface(radii, count)), directions, kappa)
                .terms()[0];
        for (int n = 0; n < directions.length; n++) {
            double expected = ellipsoid(radii, kappa, directions[n]);
            assertThat(found[n]).isCloseTo(expected, within(5e-3 * (1 + expected)));
        }
    }

    private static double ellipsoid(double[] radii, double kappa, double[] t) {
        double wanted = t[radii.length] + kappa;
        if (wanted + width(radii, t, 0) <= 0) {
            return 0;
        }
        double tip = 0;
        double all = wanted * wanted;
        for (int i = 0; i < radii.length; i++) {
            tip += t[i] * t[i] / (radii[i] * radii[i]);
            all += t[i] * t[i];
        }
        if (wanted >= Math.sqrt(tip)) {
            return all;
        }
        double low = 0;
        double high = 1e9;
        for (int i = 0; i < 200; i++) {
            double mu = (low + high) / 2;
            if (wanted + width(radii, t, mu) * (1 - mu) > 0) {
                low = mu;
            } else {
                high = mu;
            }
        }
        double distance = Math.pow(low * width(radii, t, low), 2);
        for (int i = 0; i < radii.length; i++) {
            distance += Math.pow(t[i] - t[i] / (1 + low * radii[i] * radii[i]), 2);
        }
        return distance;
    }

    private static double width(double[] radii, double[] t, double mu) {
        double sum = 0;
        for (int i = 0; i < radii.length; i++) {
            sum += Math.pow(radii[i] * t[i] / (1 + mu * radii[i] * radii[i]), 2);
        }
        return Math.sqrt(sum);
    }

    /** Points spread evenly over the surface of an ellipse, or by the golden angle over that of an ellipsoid. */
    private static double[][] surface(double[] radii, int count) {
        double[][] points = new double[count][radii.length];
        for (int i = 0; i < count; i++) {
            double height = radii.length == 2 ? 0 : 1 - (2 * i + 1.0) / count;
            double angle = radii.length == 2 ? 2 * Math.PI * i / count : i * Math.PI * (3 - Math.sqrt(5));
            double across = Math.sqrt(1 - height * height);
            double[] unit = {across * Math.cos(angle), across * Math.sin(angle), height};
            for (int d = 0; d < radii.length; d++) {
                points[i][d] = radii[d] * unit[d];
            }
        }
        return points;
    }

    /** 95 % intervals of many measurements hold the value from very many directions about 95 times in 100. */
    @Test
    void resampled_manyMeasurements_coverTheValue() {
        double[][] points = surface(new double[] {0.8, 0.5, 0.3}, 60);
        ManifoldGeometry exact =
                ManifoldGeometry.of(Matrix.of(points), ManifoldGeometry.directions(60_000, 3, new Random(8)), 0);
        int[] covered = new int[3];
        for (int trial = 0; trial < 200; trial++) {
            Random random = new Random(100 + trial);
            ManifoldGeometry one =
                    ManifoldGeometry.of(Matrix.of(points), ManifoldGeometry.directions(200, 3, random), 0);
            CapacitySummary summary = CapacitySummary.of(List.of(one), List.<double[][]>of(one.resampled(400, random)));
            covered[0] += holds(summary.capacity(), exact.capacity());
            covered[1] += holds(summary.radius(), exact.radius());
            covered[2] += holds(summary.dimension(), exact.dimension());
        }
        for (int one : covered) {
            assertThat(one).isBetween(176, 200);
        }
    }

    private static int holds(CapacitySummary.Interval interval, double value) {
        return interval.low() <= value && value <= interval.high() ? 1 : 0;
    }

    @Test
    void of_duplicatePoints_areOne() {
        double[][] directions = ManifoldGeometry.directions(200, 3, new Random(3));
        double[][] points = {{1, 0, 0.2}, {0, 0.5, -1}, {-0.4, 0.3, 0.1}};
        double[][] twice = {points[0], points[1], points[0], points[2], points[1], points[2]};
        ManifoldGeometry once = ManifoldGeometry.of(Matrix.of(points), directions, 0);
        ManifoldGeometry doubled = ManifoldGeometry.of(Matrix.of(twice), directions, 0);
        assertThat(doubled.capacity()).isCloseTo(once.capacity(), within(1e-9 * once.capacity()));
        assertThat(doubled.radius()).isCloseTo(once.radius(), within(1e-9));
        assertThat(doubled.dimension()).isCloseTo(once.dimension(), within(1e-9));
    }

    @Test
    void of_wrongInput_isReported() {
        double[][] directions = ManifoldGeometry.directions(5, 2, new Random(3));
        assertThatThrownBy(() -> ManifoldGeometry.of(Matrix.of(new double[][] {{1, 2, 3}}), directions, 0))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("directions of 4 entries");
        assertThatThrownBy(() -> ManifoldGeometry.of(Matrix.of(new double[][] {{1, 2}}), directions, -1))
                .hasMessageContaining("margin");
    }

    @Test
    void solve_directionsOfOtherLengths_isReported() {
        AnchorProblem problem = new AnchorProblem(Matrix.of(new double[][] {{1, 2}}), 0);
        for (double[] wrong : new double[][] {{1, 2}, {1, 2, 3, 4}}) {
            double[][] directions = {{1, 2, 3}, wrong};
            assertThatThrownBy(() -> problem.solve(directions))
                    .isInstanceOf(MmcrException.class)
                    .hasMessageContaining("directions of 3 entries")
                    .hasMessageEndingWith("found " + wrong.length);
        }
        assertThatThrownBy(() -> problem.solve(new double[0][])).hasMessageEndingWith("found none");
    }
}
