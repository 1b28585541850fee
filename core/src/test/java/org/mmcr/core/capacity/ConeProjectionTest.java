package org.mmcr.core.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConeProjectionTest {
    private static final int DRAWS = 4000;

    /** One problem over all points at once, by the plain method. */
    @ParameterizedTest
    @CsvSource({"1,3,5000", "40,60,5000", "300,40,5000", "300,40,10", "700,200,5000", "700,200,10", "30,4,5000"})
    void weights_anyNumberOfPoints_areThoseOfThePlainMethod(int count, int dimensions, int stored) {
        Random random = new Random(count);
        Matrix points = gaussian(count, dimensions, 1, random);
        double[] signs = random.ints(count, 0, 2).mapToDouble(i -> 2 * i - 1).toArray();
        for (int problem = 0; problem < 5; problem++) {
            double[] direction = random.doubles(dimensions, -2, 2).toArray();
            PairWeights found = new ConeProjection(
                            points, new InnerProducts(points, stored), points.rowLengths(), direction, signs)
                    .weights();
            double[] expected = plain(points, direction, signs);
            double[] all = new double[count];
            IntStream.range(0, found.points().length).forEach(i -> all[found.points()[i]] = found.weights()[i]);
            assertThat(all).containsExactly(expected, within(1e-9));
            assertThat(found.gap()).isLessThan(1e-10);
            assertThat(found.squaredLength()).isCloseTo(squaredLength(points, signs, all), within(1e-9));
        }
    }

    private static double[] plain(Matrix points, double[] direction, double[] signs) {
        double[][] gram = points.products().toRows();
        double[] pulls = new double[signs.length];
        for (int i = 0; i < signs.length; i++) {
            pulls[i] = -signs[i] * Doubles.dot(points.row(i), direction, direction.length);
            for (int k = 0; k < signs.length; k++) {
                gram[i][k] *= signs[i] * signs[k];
            }
        }
        return new NonNegativeLeastSquares(gram).solve(pulls);
    }

    private static double squaredLength(Matrix points, double[] signs, double[] weights) {
        double[] sum = new double[points.columns()];
        for (int i = 0; i < weights.length; i++) {
            Doubles.addScaled(sum, signs[i] * weights[i], points.values(), i * sum.length);
        }
        return Doubles.dot(sum, sum, sum.length);
    }

    @Test
    void weights_coneOfEveryDirection_areThoseOfThePlainMethod() {
        Random random = new Random(5);
        Matrix points = gaussian(200, 6, 1, random);
        double[] signs = ones(200);
        for (int problem = 0; problem < 10; problem++) {
            double[] direction = random.doubles(6, -1, 1).toArray();
            PairWeights found = cone(points, direction, signs).weights();
            assertThat(found.unique()).isFalse();
            assertThat(found.squaredLength()).isCloseTo(Doubles.dot(direction, direction, 6), within(1e-12));
            double[] expected = plain(points, direction, signs);
            assertThat(found.points())
                    .containsExactly(
                            IntStream.range(0, 200).filter(i -> expected[i] > 0).toArray());
        }
    }

    @Test
    void weights_samePointTwice_areThoseOfTheFirst() {
        Matrix points = Matrix.of(new double[][] {{1, 0}, {0, 1}, {1, 0}});
        PairWeights found = cone(points, new double[] {-2, -3}, ones(3)).weights();
        assertThat(found.points()).containsExactly(0, 1);
        assertThat(found.weights()).containsExactly(new double[] {2, 3}, within(1e-12));
        assertThat(found.unique()).isFalse();
    }

    @Test
    void weights_directionAwayFromTheCone_isNothing() {
        PairWeights found = cone(Matrix.of(new double[][] {{1, 0}, {0, 1}}), new double[] {1, 2}, ones(2))
                .weights();
        assertThat(found.points()).isEmpty();
        assertThat(found.squaredLength()).isZero();
        assertThat(found.gap()).isZero();
        assertThat(found.unique()).isTrue();
    }

    @Test
    void weights_farFromTheOrigin_areStillOptimal() {
        Random random = new Random(9);
        Matrix points = gaussian(150, 30, 1e-4, random);
        for (int i = 0; i < points.values().length; i++) {
            points.values()[i] += 1;
        }
        for (int problem = 0; problem < 5; problem++) {
            double[] signs = random.ints(150, 0, 2).mapToDouble(i -> 2 * i - 1).toArray();
            PairWeights found =
                    cone(points, random.doubles(30, -2, 2).toArray(), signs).weights();
            assertThat(found.gap()).isLessThan(1e-7);
        }
    }

    /** The mean squared length of the projection of a Gaussian direction is the statistical dimension of the cone. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4, 15})
    void statisticalDimension_orthant_isHalfOfTheDimensions(int dimensions) {
        Matrix axes = Matrix.zeros(dimensions, dimensions);
        for (int d = 0; d < dimensions; d++) {
            axes.values()[d * (dimensions + 1)] = 1 + d;
        }
        assertHasStatisticalDimension(axes, dimensions / 2.0);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5})
    void statisticalDimension_halfSpace_isHalfLessThanAll(int dimensions) {
        double[][] rays = new double[2 * dimensions - 1][dimensions];
        rays[0][0] = 1;
        for (int d = 1; d < dimensions; d++) {
            rays[2 * d - 1][d] = 1;
            rays[2 * d][d] = -1;
        }
        assertHasStatisticalDimension(Matrix.of(rays), dimensions - 0.5);
    }

    /** In three dimensions, by an integral over the angle between direction and axis. */
    @ParameterizedTest
    @ValueSource(doubles = {0.2, 0.8, 1.4})
    void statisticalDimension_circularCone_isItsIntegral(double angle) {
        double[][] rays = new double[300][];
        for (int i = 0; i < rays.length; i++) {
            double turn = 2 * Math.PI * i / rays.length;
            rays[i] =
                    new double[] {Math.cos(angle), Math.sin(angle) * Math.cos(turn), Math.sin(angle) * Math.sin(turn)};
        }
        DoubleUnaryOperator kept = between ->
                between <= angle ? 1 : between >= angle + Math.PI / 2 ? 0 : Math.pow(Math.cos(between - angle), 2);
        double sum = 0;
        int steps = 20_000;
        for (int i = 0; i < steps; i++) {
            double between = Math.PI * (i + 0.5) / steps;
            sum += kept.applyAsDouble(between) * Math.sin(between) * Math.PI / steps;
        }
        assertHasStatisticalDimension(Matrix.of(rays), 3 * sum / 2);
    }

    private static void assertHasStatisticalDimension(Matrix rays, double expected) {
        Random random = new Random(2);
        double[] squares = new double[DRAWS];
        InnerProducts products = new InnerProducts(rays);
        for (int k = 0; k < DRAWS; k++) {
            double[] direction = new double[rays.columns()];
            Arrays.setAll(direction, d -> random.nextGaussian());
            squares[k] = new ConeProjection(rays, products, rays.rowLengths(), direction, ones(rays.rows()))
                    .weights()
                    .squaredLength();
        }
        double mean = Arrays.stream(squares).average().orElseThrow();
        double variance = Arrays.stream(squares)
                        .map(square -> (square - mean) * (square - mean))
                        .sum()
                / DRAWS;
        assertThat(mean).isCloseTo(expected, within(3 * Math.sqrt(variance / DRAWS)));
    }

    @Test
    void containsOrigin_hullWithAndWithout_isTold() {
        Matrix around = Matrix.of(new double[][] {{1, 0}, {-1, 0.5}, {0, -3}});
        Matrix beside = Matrix.of(new double[][] {{1, 0}, {-1, 0.5}, {0, 3}});
        Matrix edge = Matrix.of(new double[][] {{1, 0}, {-1, 0}, {0, 3}});
        Matrix at = Matrix.of(new double[][] {{0, 0}, {1, 1}});
        List<Matrix> all = List.of(around, beside, edge, at);
        CorrelatedPoints points = new CorrelatedPoints(
                ManifoldSource.of(List.of("around", "beside", "edge", "at"), all::get), CapacityProgress.NONE);
        assertThat(IntStream.range(0, 4).mapToObj(points::containsOrigin)).containsExactly(true, false, true, true);
    }

    private static ConeProjection cone(Matrix points, double[] direction, double[] signs) {
        return new ConeProjection(points, new InnerProducts(points), points.rowLengths(), direction, signs);
    }

    private static double[] ones(int count) {
        double[] ones = new double[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static Matrix gaussian(int count, int dimensions, double deviation, Random random) {
        Matrix points = Matrix.zeros(count, dimensions);
        Arrays.setAll(points.values(), i -> deviation * random.nextGaussian());
        return points;
    }
}
