package org.mmcr.core.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.core.BlasThreads;
import org.mmcr.core.MmcrException;

class PreparationTest {
    @BeforeAll
    static void useOneNativeThread() {
        BlasThreads.useOne();
    }

    @Test
    void of_oneManifold_isAnError() {
        assertThatThrownBy(() -> prepare(clouds(1, 5, 4, 1))).hasMessageContaining("at least 2 manifolds");
    }

    @Test
    void of_twoManifolds_areOppositeAndNamed() {
        List<double[][]> clouds = clouds(2, 5, 8, 1);
        Preparation preparation = preparation(clouds);
        assertThat(preparation.structure().correlation()).isCloseTo(1, within(1e-12));
        assertThat(preparation.structure().rank()).isZero();
        assertThat(preparation.centring().cautions()).containsExactly(Caution.TWO_MANIFOLDS);
        for (PreparedManifold one : prepare(clouds)) {
            assertFinite(one);
        }
    }

    @ParameterizedTest
    @CsvSource({"3, few_manifolds", "4, none"})
    void of_fewManifolds_namesThatNothingIsRemoved(int count, String expected) {
        Preparation preparation = preparation(clouds(count, 6, 9, 2));
        assertThat(preparation.structure().rank()).isEqualTo(count == 3 ? 0 : 1);
        assertThat(preparation.centring().cautions()).hasSize(expected.equals("none") ? 0 : 1);
    }

    @Test
    void prepare_onePoint_hasNoRadius() {
        List<double[][]> clouds = clouds(5, 1, 7, 3);
        clouds.set(2, new double[][] {clouds.get(2)[0], clouds.get(2)[0], clouds.get(2)[0]});
        for (PreparedManifold one : prepare(clouds)) {
            assertThat(one.cautions()).contains(Caution.ONE_POINT);
            assertThat(one.span()).isEqualTo(1);
            ManifoldGeometry found = geometry(one);
            assertThat(found.radius()).isZero();
            assertThat(found.dimension()).isZero();
            assertThat(found.capacity()).isBetween(1.5, 2.6);
        }
    }

    @Test
    void prepare_everyPointTwice_changesNothing() {
        List<double[][]> once = clouds(6, 5, 20, 4);
        List<double[][]> twice = new ArrayList<>();
        for (double[][] cloud : once) {
            double[][] doubled = Arrays.copyOf(cloud, 10);
            System.arraycopy(cloud, 0, doubled, 5, 5);
            twice.add(doubled);
        }
        List<PreparedManifold> single = prepare(once);
        List<PreparedManifold> repeated = prepare(twice);
        for (int i = 0; i < once.size(); i++) {
            assertThat(single.get(i).cautions()).doesNotContain(Caution.DUPLICATE_POINTS);
            assertThat(repeated.get(i).cautions()).contains(Caution.DUPLICATE_POINTS);
            assertThat(repeated.get(i).span()).isEqualTo(single.get(i).span());
            assertSameFigures(geometry(repeated.get(i)), geometry(single.get(i)), 0.15);
        }
    }

    /**
     * Points in general position take up as many dimensions as in the published analysis, copies and flat clouds
     * fewer.
     */
    @ParameterizedTest
    @CsvSource({"5, 12, 12, 5", "12, 5, 5, 5", "30, 5, 5, 5", "9, 20, 3, 4", "40, 20, 3, 4"})
    void prepare_anyShape_spansItsRank(int points, int ambient, int flat, int expected) {
        List<double[][]> clouds = clouds(3, points, ambient, 5);
        Random random = new Random(6);
        double[][] cloud = new double[points][ambient];
        for (double[] point : cloud) {
            for (int d = 0; d < ambient; d++) {
                point[d] = d < flat ? random.nextGaussian() : d;
            }
        }
        clouds.set(1, cloud);
        PreparedManifold found = prepare(clouds).get(1);
        assertThat(found.span()).isEqualTo(expected);
        assertFinite(found);
    }

    /** With or without spare dimensions, inner products are those of the points. */
    @Test
    void prepare_coordinates_keepInnerProducts() {
        double[][] cloud = {{1, 1, 0, 0}, {1, -1, 0, 0}, {1, 0, 0, 0}};
        double[][] other = {{-1, 0, 1, 0}, {-1, 0, -1, 0}, {-1, 0, 0, 0}};
        PreparedManifold found = prepare(List.of(cloud, other)).get(0);
        double[][] at = found.coordinates().toRows();
        assertThat(Doubles.dot(at[0], at[0], at[0].length)).isCloseTo(1, within(1e-12));
        assertThat(Doubles.dot(at[0], at[1], at[0].length)).isCloseTo(-1, within(1e-12));
        assertThat(Doubles.dot(at[2], at[2], at[0].length)).isCloseTo(0, within(1e-12));
        assertThat(found.centreNorm()).isCloseTo(1, within(1e-12));
    }

    /** A triangle around the common centre, and the same triangle moved away from it. */
    @Test
    void prepare_originInside_isNamed() {
        double[][] around = {{3, 0}, {-2, 2.5}, {-0.7, -3}};
        double[][] left = {{-5, 1}, {-5.1, -0.8}, {-4.9, -0.2}};
        double[][] right = {{5, 0.3}, {5, 0.1}, {4.7, 0.1}};
        List<PreparedManifold> found = prepare(List.of(around, left, right));
        assertThat(found.get(0).cautions()).contains(Caution.ORIGIN_INSIDE);
        assertThat(found.get(1).cautions()).doesNotContain(Caution.ORIGIN_INSIDE);
        assertThat(found.get(2).cautions()).doesNotContain(Caution.ORIGIN_INSIDE);
    }

    @Test
    void prepare_centreShort_isNamed() {
        List<double[][]> clouds = clouds(3, 6, 10, 7);
        double[][] wide = clouds.get(0);
        double[] middle = new double[10];
        for (double[] point : wide) {
            for (int d = 0; d < 10; d++) {
                middle[d] += point[d] / 6;
            }
        }
        for (double[] point : wide) {
            for (int d = 0; d < 10; d++) {
                point[d] = middle[d] + 300 * (point[d] - middle[d]);
            }
        }
        assertThat(prepare(clouds).get(0).cautions()).contains(Caution.CENTRE_SHORT);
        assertThat(prepare(clouds).get(1).cautions()).doesNotContain(Caution.CENTRE_SHORT);
    }

    @Test
    void of_centreAtTheMeanOfAll_isAnError() {
        double[][] middle = {{1, 0}, {-1, 0}};
        double[][] left = {{-3, 1}, {-3, -1}};
        double[][] right = {{3, 1}, {3, -1}};
        assertThatThrownBy(() -> prepare(List.of(left, middle, right)))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("centre")
                .hasMessageContaining("manifold-1");
        double[][] same = {{1, 2}, {1, 2}};
        assertThatThrownBy(() -> prepare(List.of(same, same, same))).hasMessageContaining("radius would be infinite");
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-200, 1e-30, 1e30, 1e200})
    void prepare_anyScale_givesTheSameFigures(double scale) {
        List<double[][]> clouds = clouds(5, 8, 12, 8);
        List<double[][]> scaled = clouds.stream()
                .map(cloud -> Arrays.stream(cloud)
                        .map(point ->
                                Arrays.stream(point).map(value -> value * scale).toArray())
                        .toArray(double[][]::new))
                .toList();
        List<PreparedManifold> plain = prepare(clouds);
        List<PreparedManifold> far = prepare(scaled);
        for (int i = 0; i < plain.size(); i++) {
            assertSameFigures(geometry(far.get(i)), geometry(plain.get(i)), 1e-6);
        }
    }

    @Test
    void of_centresOfFarApartLengths_isNamed() {
        List<double[][]> clouds = clouds(5, 4, 12, 9);
        double[][] far = clouds.get(0);
        for (double[] point : far) {
            point[0] += 1e9;
        }
        for (double[] point : clouds.get(1)) {
            point[0] -= 1e9;
        }
        assertThat(preparation(clouds).centring().cautions()).contains(Caution.SCALES_APART);
        prepare(clouds).forEach(PreparationTest::assertFinite);
    }

    /** The mean of all points is the origin, as published: a class of more points draws it nearer. */
    @Test
    void of_unequalCounts_weighByPoints() {
        double[][] few = {{4, 0}};
        double[][] many = {{0, 1}, {0, -1}, {0, 0}};
        List<PreparedManifold> found = prepare(List.of(few, many));
        assertThat(preparation(List.of(few, many)).centring().cautions()).contains(Caution.UNEQUAL_COUNTS);
        assertThat(found.get(0).centreNorm() / found.get(1).centreNorm()).isCloseTo(3, within(1e-12));
    }

    @Test
    void of_notFinite_namesManifoldAndPoint() {
        for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
            List<double[][]> clouds = clouds(3, 4, 5, 10);
            clouds.get(2)[1][3] = bad;
            assertThatThrownBy(() -> prepare(clouds)).hasMessageContaining("manifold manifold-2, point 1");
        }
    }

    @Test
    void of_differentDimensions_isAnError() {
        List<double[][]> clouds = clouds(3, 4, 5, 11);
        clouds.set(1, clouds(1, 4, 6, 1).get(0));
        assertThatThrownBy(() -> prepare(clouds)).hasMessageContaining("5 numbers in manifold manifold-1, found 6");
    }

    /** Fewer dimensions would give figures of a part of the space. */
    @Test
    void measure_pointsOfOtherDimensions_isAnError() {
        CapacityJob job = new CapacityJob(preparation(clouds(3, 4, 5, 11)), new CapacityOptions(0, 20, 5));
        for (int dimensions : new int[] {4, 6}) {
            Matrix points = Matrix.of(clouds(1, 4, dimensions, 1).get(0));
            assertThatThrownBy(() -> job.measure(1, points))
                    .isInstanceOf(MmcrException.class)
                    .hasMessageContaining("expected points of 5 numbers, found " + dimensions);
        }
    }

    private static void assertSameFigures(ManifoldGeometry found, ManifoldGeometry expected, double relative) {
        assertThat(found.capacity()).isCloseTo(expected.capacity(), within(relative * expected.capacity()));
        assertThat(found.radius()).isCloseTo(expected.radius(), within(relative * expected.radius()));
        assertThat(found.dimension()).isCloseTo(expected.dimension(), within(relative * expected.dimension()));
    }

    private static void assertFinite(PreparedManifold manifold) {
        ManifoldGeometry found = geometry(manifold);
        assertThat(found.capacity()).isFinite().isPositive();
        assertThat(found.radius()).isFinite();
        assertThat(found.dimension()).isFinite();
        assertThat(found.worstGap()).isLessThan(1e-6);
    }

    private static ManifoldGeometry geometry(PreparedManifold manifold) {
        return ManifoldGeometry.of(
                manifold.coordinates(), ManifoldGeometry.directions(1000, manifold.span(), new Random(12)), 0);
    }

    private static List<double[][]> clouds(int count, int points, int ambient, long seed) {
        Random random = new Random(seed);
        List<double[][]> clouds = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double[] centre = random.doubles(ambient, -1, 1).toArray();
            double[][] cloud = new double[points][ambient];
            for (double[] point : cloud) {
                for (int d = 0; d < ambient; d++) {
                    point[d] = centre[d] + 0.3 * random.nextGaussian();
                }
            }
            clouds.add(cloud);
        }
        return clouds;
    }

    private static Preparation preparation(List<double[][]> clouds) {
        return Preparation.of(
                Centring.of(IntStream.range(0, clouds.size())
                        .mapToObj(i -> ManifoldMoments.of("manifold-" + i, Matrix.of(clouds.get(i))))
                        .toList()),
                0);
    }

    private static List<PreparedManifold> prepare(List<double[][]> clouds) {
        Preparation preparation = preparation(clouds);
        return IntStream.range(0, clouds.size())
                .mapToObj(i -> preparation.prepare(i, Matrix.of(clouds.get(i))))
                .toList();
    }
}
