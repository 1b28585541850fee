package org.mmcr.core.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mmcr.core.MmcrException;
import org.mmcr.core.capacity.CapacitySummary.Interval;

class CorrelatedCapacityTest {
    private static final int CLASSES = 6;
    private static final int POINTS = 9;
    private static final int DIMENSIONS = 24;

    private static Matrix[] clouds(int classes, int points, int dimensions, double deviation, double shift) {
        Random random = new Random(3);
        Matrix[] clouds = new Matrix[classes];
        for (int m = 0; m < classes; m++) {
            double[] centre = random.doubles(dimensions, -1, 1).toArray();
            clouds[m] = Matrix.zeros(points, dimensions);
            Arrays.setAll(clouds[m].values(), i -> centre[i % dimensions] + shift + deviation * random.nextGaussian());
        }
        return clouds;
    }

    private static Matrix[] clouds() {
        return clouds(CLASSES, POINTS, DIMENSIONS, 0.3, 0);
    }

    private static ManifoldSource source(Matrix... clouds) {
        return ManifoldSource.of(
                IntStream.range(0, clouds.length).mapToObj(String::valueOf).toList(), m -> clouds[m]);
    }

    private static CorrelatedOptions options(int pairs) {
        return new CorrelatedOptions(pairs, new Dichotomies.Random(), Optional.empty(), 7);
    }

    private static CorrelatedCapacity measured(CorrelatedOptions options, Matrix... clouds) {
        return CorrelatedCapacity.of(source(clouds), options, TaskRunner.IN_TURN, CapacityProgress.NONE);
    }

    private static double value(CorrelatedCapacity measured, CorrelatedFigure figure) {
        return measured.figure(figure).orElseThrow().value();
    }

    @Test
    void of_anyRunner_isTheSame() {
        CorrelatedCapacity expected = measured(options(40), clouds());
        for (int threads = 1; threads <= 3; threads++) {
            ForkJoinPool pool = new ForkJoinPool(threads);
            CorrelatedCapacity found =
                    CorrelatedCapacity.of(source(clouds()), options(40), TaskRunner.on(pool), CapacityProgress.NONE);
            pool.shutdown();
            assertThat(found.figures()).isEqualTo(expected.figures());
            assertThat(found.perManifold()).isEqualTo(expected.perManifold());
        }
    }

    /** Neither the unit nor a rotation into more dimensions changes a figure. */
    @Test
    void of_scaledAndRotatedPoints_isTheSame() {
        Matrix[] clouds = clouds(3, 4, 12, 0.4, 0);
        Random random = new Random(1);
        Matrix turn = Matrix.zeros(12, 90);
        Arrays.setAll(turn.values(), i -> random.nextGaussian());
        Blas.orthonormalRows(turn);
        Matrix directions = Matrix.zeros(30, 12);
        Arrays.setAll(directions.values(), i -> random.nextGaussian());
        CorrelatedOptions given = new CorrelatedOptions(30, new Dichotomies.Random(), Optional.of(directions), 7);
        CorrelatedOptions turned =
                new CorrelatedOptions(30, new Dichotomies.Random(), Optional.of(directions.times(turn)), 7);
        CorrelatedCapacity expected = measured(given, clouds);
        for (double unit : new double[] {1e-200, 1, 1e150}) {
            Matrix[] moved = Arrays.stream(clouds)
                    .map(cloud -> cloud.times(turn).scale(unit))
                    .toArray(Matrix[]::new);
            CorrelatedCapacity found = measured(turned, moved);
            for (CorrelatedFigure figure : CorrelatedFigure.values()) {
                assertThat(value(found, figure))
                        .as(figure + " " + unit)
                        .isCloseTo(value(expected, figure), within(1e-9));
            }
        }
    }

    /** A third point that repeats another direction of its class keeps the cone, but not the basis of few points. */
    @Test
    void of_drawnDirections_areThoseOfAllDimensions() {
        Matrix few = Matrix.of(new double[][] {{1, 0.5, 0, 0, 0, 0}});
        Matrix beside = Matrix.of(new double[][] {{0, 0.3, 0, 2, 1, 0}});
        Matrix more = Matrix.of(new double[][] {{1, 0.5, 0, 0, 0, 0}, {2, 1, 0, 0, 0, 0}, {3, 1.5, 0, 0, 0, 0}});
        assertThat(measured(options(30), more, beside).capacity().value())
                .isCloseTo(measured(options(30), few, beside).capacity().value(), within(1e-12));
    }

    @Test
    void of_classes_sharesAndIntervalsAreConsistent() {
        CorrelatedCapacity found = measured(options(200), clouds());
        assertThat(found.perManifold().stream()
                        .mapToDouble(CorrelatedCapacity.Manifold::share)
                        .sum())
                .isCloseTo(1, within(1e-12));
        for (CorrelatedFigure figure : CorrelatedFigure.values()) {
            Interval interval = found.figure(figure).orElseThrow();
            assertThat(interval.high() - interval.low()).as(figure.name()).isBetween(0.0, interval.value());
            assertThat(interval.value()).as(figure.name()).isBetween(interval.low() * 0.95, interval.high() * 1.05);
        }
        double radius = value(found, CorrelatedFigure.RADIUS);
        assertThat(value(found, CorrelatedFigure.UTILITY))
                .isCloseTo(
                        found.capacity().value()
                                * value(found, CorrelatedFigure.DIMENSION)
                                / (1 + 1 / (radius * radius)),
                        within(1e-12));
        assertThat(found.cautions()).isEmpty();
        assertThat(found.worstKktGap()).isLessThan(1e-10);
        assertThat(found.pairs()).isEqualTo(200);
        assertThat(found.ambientDimension()).isEqualTo(DIMENSIONS);
    }

    /** The intervals hold the centres fixed, which must not make them too narrow. */
    @Test
    void of_otherSeeds_scatterAsWideAsTheInterval() {
        Matrix[] clouds = clouds(8, 10, 30, 0.4, 0);
        int seeds = 24;
        double[][] values = new double[seeds][];
        List<CorrelatedFigure> figures = List.of(CorrelatedFigure.values());
        double[] half = new double[figures.size()];
        for (int seed = 0; seed < seeds; seed++) {
            CorrelatedCapacity found =
                    measured(new CorrelatedOptions(60, new Dichotomies.Random(), Optional.empty(), seed), clouds);
            values[seed] = found.values();
            for (int i = 0; i < half.length; i++) {
                Interval interval = found.figure(figures.get(i)).orElseThrow();
                half[i] += (interval.high() - interval.low()) / 2 / seeds;
            }
        }
        for (int i = 0; i < half.length; i++) {
            int place = i;
            double[] all = Arrays.stream(values).mapToDouble(one -> one[place]).toArray();
            double mean = Arrays.stream(all).average().orElseThrow();
            double variance =
                    Arrays.stream(all).map(one -> (one - mean) * (one - mean)).sum() / (seeds - 1);
            assertThat(half[i] / (1.96 * Math.sqrt(variance)))
                    .as(figures.get(i).name())
                    .isBetween(0.6, 1.7);
        }
    }

    @Test
    void of_widerClasses_haveLessCapacityAndALargerRadius() {
        CorrelatedCapacity narrow = measured(options(60), clouds(CLASSES, POINTS, DIMENSIONS, 0.1, 0));
        CorrelatedCapacity wide = measured(options(60), clouds(CLASSES, POINTS, DIMENSIONS, 0.6, 0));
        assertThat(wide.capacity().high()).isLessThan(narrow.capacity().low());
        assertThat(value(wide, CorrelatedFigure.RADIUS)).isGreaterThan(3 * value(narrow, CorrelatedFigure.RADIUS));
    }

    @Test
    void of_sharedOffset_alignsTheCentres() {
        CorrelatedCapacity apart = measured(options(60), clouds());
        CorrelatedCapacity shared = measured(options(60), clouds(CLASSES, POINTS, DIMENSIONS, 0.3, 3));
        assertThat(value(apart, CorrelatedFigure.CENTER_ALIGNMENT)).isLessThan(0.4);
        assertThat(value(shared, CorrelatedFigure.CENTER_ALIGNMENT)).isGreaterThan(0.9);
    }

    /** Classes that surround the origin in planes of their own take up both dimensions of each. */
    @Test
    void of_classesAroundTheOrigin_takeUpEveryDimension() {
        Matrix[] rings = new Matrix[4];
        for (int m = 0; m < rings.length; m++) {
            rings[m] = Matrix.zeros(7, 8);
            for (int i = 0; i < 7; i++) {
                rings[m].values()[i * 8 + 2 * m] = Math.cos(i * 0.9) + 0.1;
                rings[m].values()[i * 8 + 2 * m + 1] = Math.sin(i * 0.9) - 0.1;
            }
        }
        Matrix directions = Matrix.zeros(20, 8);
        Random random = new Random(2);
        Arrays.setAll(directions.values(), i -> random.nextGaussian());
        CorrelatedCapacity found =
                measured(new CorrelatedOptions(20, new Dichotomies.Random(), Optional.of(directions), 0), rings);
        double square = Arrays.stream(directions.values()).map(t -> t * t).sum() / 20;
        assertThat(found.capacity().value()).isCloseTo(4 / square, within(1e-9));
        assertThat(found.cautions())
                .containsEntry(Caution.CONTAINS_ORIGIN, List.of("0", "1", "2", "3"))
                .containsEntry(Caution.ANCHORS_NOT_UNIQUE, List.of());
    }

    @Test
    void of_onePointEach_hasNeitherRadiusNorDimension() {
        CorrelatedCapacity found = measured(options(200), clouds(12, 1, 40, 0, 0));
        assertThat(value(found, CorrelatedFigure.RADIUS)).isZero();
        assertThat(value(found, CorrelatedFigure.DIMENSION)).isZero();
        assertThat(value(found, CorrelatedFigure.UTILITY)).isZero();
        assertThat(found.figure(CorrelatedFigure.AXIS_ALIGNMENT)).isEmpty();
        assertThat(found.figure(CorrelatedFigure.CENTER_AXIS_ALIGNMENT)).isEmpty();
        assertThat(found.figure(CorrelatedFigure.CENTER_ALIGNMENT)).isPresent();
        assertThat(found.cautions()).containsOnlyKeys(Caution.ONE_POINT);
        assertThat(found.capacity().value()).isCloseTo(2, within(0.3));
    }

    /** Few points of many dimensions: a cone that holds a direction's part along them is no degenerate case. */
    @Test
    void of_independentPoints_hasUniqueAnchors() {
        assertThat(measured(options(60), clouds(3, 1, 40, 0, 0)).cautions()).containsOnlyKeys(Caution.ONE_POINT);
    }

    @Test
    void of_moreClassesThanDimensions_namesTheRadius() {
        CorrelatedCapacity found = measured(options(20), clouds(20, 6, 4, 0.5, 0));
        assertThat(found.cautions()).containsKey(Caution.RADIUS_UNDETERMINED);
        assertThat(measured(options(20), clouds()).cautions()).isEmpty();
    }

    /** The centre has a length of 5e-6 beside axes of 1. */
    @Test
    void of_centreNearlyAtTheOrigin_hasNoRadiusAsTheCautionSays() {
        Matrix directions = new Matrix(2, 2, new double[] {1, 0, -1, 0});
        Dichotomies signs = new Dichotomies.Given(new Matrix(2, 1, ones(2)));
        CorrelatedCapacity found = measured(
                new CorrelatedOptions(2, signs, Optional.of(directions), 0),
                Matrix.of(new double[][] {{1, 0}, {-1.00001, 0}}));
        assertThat(found.cautions()).containsKey(Caution.RADIUS_UNDETERMINED);
        assertThat(value(found, CorrelatedFigure.DIMENSION)).isCloseTo(1, within(1e-9));
        assertThat(value(found, CorrelatedFigure.RADIUS)).isZero();
        assertThat(value(found, CorrelatedFigure.UTILITY)).isZero();
        assertThat(found.perManifold().get(0).radius()).isZero();
    }

    @Test
    void of_oneClass_hasNoAlignment() {
        CorrelatedCapacity found = measured(options(60), clouds(1, POINTS, DIMENSIONS, 0.3, 0));
        assertThat(found.capacity().value()).isPositive();
        assertThat(found.figures())
                .containsOnlyKeys(
                        CorrelatedFigure.CAPACITY,
                        CorrelatedFigure.DIMENSION,
                        CorrelatedFigure.RADIUS,
                        CorrelatedFigure.UTILITY);
    }

    @Test
    void of_equalClasses_isMeasuredAndNamed() {
        Matrix cloud = clouds()[0];
        CorrelatedCapacity found = measured(options(40), cloud, cloud, cloud);
        assertThat(found.capacity().value()).isBetween(0.01, 1.0);
        assertThat(value(found, CorrelatedFigure.CENTER_ALIGNMENT)).isGreaterThan(0.9);
        assertThat(found.cautions()).containsKey(Caution.ANCHORS_NOT_UNIQUE);
    }

    @Test
    void of_copiesOfPoints_isAsWithoutThem() {
        Matrix[] clouds = clouds();
        CorrelatedCapacity expected = measured(options(30), clouds);
        Matrix[] twice = clouds.clone();
        twice[2] = Matrix.concatenated(List.of(clouds[2], clouds[2], clouds[2].rowsBetween(0, 3)));
        CorrelatedCapacity found = measured(options(30), twice);
        assertThat(found.figures()).isEqualTo(expected.figures());
        assertThat(found.perManifold().get(2).points()).isEqualTo(2 * POINTS + 3);
    }

    @Test
    void of_fewGivenPairs_hasNoInterval() {
        Matrix directions = new Matrix(2, 2, new double[] {-1, 0, 0, -2});
        Matrix signs = new Matrix(2, 2, new double[] {1, 1, 1, 1});
        CorrelatedOptions given = new CorrelatedOptions(2, new Dichotomies.Given(signs), Optional.of(directions), 0);
        CorrelatedCapacity found =
                measured(given, Matrix.of(new double[][] {{1, 0}}), Matrix.of(new double[][] {{0, 1}}));
        assertThat(found.capacity()).isEqualTo(new Interval(0.8, Double.NaN, Double.NaN));
    }

    @Test
    void differences_betweenConditions_arePaired() {
        CorrelatedCapacity narrow = measured(options(100), clouds(CLASSES, POINTS, DIMENSIONS, 0.30, 0));
        CorrelatedCapacity wide = measured(options(100), clouds(CLASSES, POINTS, DIMENSIONS, 0.33, 0));
        Interval difference = narrow.differences(wide).get(CorrelatedFigure.CAPACITY);
        assertThat(difference.value())
                .isCloseTo(wide.capacity().value() - narrow.capacity().value(), within(1e-12));
        assertThat(difference.high()).isNegative();
        assertThat(difference.high() - difference.low())
                .isLessThan(narrow.capacity().high() - narrow.capacity().low());
        assertThatThrownBy(() -> narrow.differences(measured(options(99), clouds())))
                .hasMessageContaining("equally many pairs, found 100 and 99");
    }

    @Test
    void signs_ofEachKind_areOneOrMinusOne() {
        assertThat(new Dichotomies.OneVersusRest().signs(4, 3, 0)).containsExactly(-1, 1, -1);
        double[] sums = new double[200];
        Arrays.setAll(
                sums,
                draw -> Arrays.stream(new Dichotomies.Random().signs(draw, 50, 1))
                        .sum());
        assertThat(Arrays.stream(sums).sum() / (200 * 50)).isCloseTo(0, within(0.04));
        assertThat(Arrays.stream(sums).distinct().count()).isGreaterThan(5);
    }

    @Test
    void of_wrongInput_throwsAndNamesIt() {
        Matrix point = Matrix.of(new double[][] {{1, 0}});
        assertFails("at least one manifold, found none", options(10));
        assertFails("NaN or infinity in manifold 1, point 1", options(10), point, Matrix.of(new double[][] {
            {1, 0}, {0, Double.NaN}
        }));
        assertFails("expected points (m, N) in manifold 1, found none", options(10), point, Matrix.zeros(0, 2));
        assertFails(
                "expected 2 dimensions in every manifold, as in 0, found 3 in 1",
                options(10),
                point,
                Matrix.zeros(1, 3));
        assertFails("found none among 10", options(10), Matrix.zeros(2, 2), Matrix.zeros(1, 2));
        Dichotomies three = new Dichotomies.Given(new Matrix(10, 3, ones(30)));
        assertFails(
                "a sign for each of the 2 classes, found 3",
                new CorrelatedOptions(10, three, Optional.empty(), 0),
                point,
                point);
        assertFails(
                "directions of 2 dimensions, as the points have, found 4",
                new CorrelatedOptions(10, new Dichotomies.Random(), Optional.of(new Matrix(10, 4, ones(40))), 0),
                point);
    }

    private static void assertFails(String message, CorrelatedOptions options, Matrix... clouds) {
        assertThatThrownBy(() -> measured(options, clouds))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining(message);
    }

    @Test
    void options_wrongValues_throwAndNameThem() {
        assertThatThrownBy(() -> options(9)).hasMessageContaining("at least 10 directions, found 9");
        assertThatThrownBy(() -> new Dichotomies.Given(new Matrix(2, 2, new double[] {1, -1, 0, 1})))
                .hasMessageContaining("found 0.0 in row 1, column 0");
        Dichotomies four = new Dichotomies.Given(new Matrix(4, 1, ones(4)));
        assertThatThrownBy(() -> new CorrelatedOptions(10, four, Optional.empty(), 0))
                .hasMessageContaining("a dichotomy for each of 10 directions, found 4");
        assertThatThrownBy(() -> new CorrelatedOptions(10, four, Optional.of(new Matrix(4, 1, ones(4))), 0))
                .hasMessageContaining("a direction for each of 10 pairs, found 4");
    }

    private static double[] ones(int count) {
        double[] ones = new double[count];
        Arrays.fill(ones, 1);
        return ones;
    }
}
