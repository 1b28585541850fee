package org.mmcr.core.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.core.MmcrException;
import org.mmcr.core.capacity.CapacityProgress;
import org.mmcr.core.capacity.CapacitySummary.Interval;
import org.mmcr.core.capacity.ManifoldCapacity;
import org.mmcr.core.capacity.Matrix;
import org.mmcr.core.capacity.TaskRunner;

@Tag("long")
class RepresentationQualityTest {
    private static final int VIEWS = 3;

    @Test
    void spectralMeasures_ofOrthogonalRows_haveTheirClosedForms() {
        // Four rows e_1 .. e_4 and their negatives: equal singular values, mean zero, identity covariance.
        double[][] rows = new double[8][4];
        for (int i = 0; i < 4; i++) {
            rows[2 * i][i] = 5;
            rows[2 * i + 1][i] = -5;
        }
        Matrix all = Matrix.of(rows);
        assertThat(SpectralMeasures.rankMe(all).orElseThrow()).isCloseTo(4, within(1e-5));
        assertThat(SpectralMeasures.effectiveRank(all).orElseThrow()).isCloseTo(4, within(1e-12));
        assertThat(SpectralMeasures.nesum(all).orElseThrow()).isCloseTo(4, within(1e-12));
        assertThat(SpectralMeasures.percentError(EmbeddedViews.of(rows, 1))).isCloseTo(0, within(1e-12));
        // Two opposite views of a picture cancel.
        assertThat(SpectralMeasures.percentError(EmbeddedViews.of(rows, 2))).isEqualTo(1);
    }

    @Test
    void powerLaw_ofAPowerLaw_findsItsExponentAndRange() {
        double[] exact = new double[200];
        Arrays.setAll(exact, i -> 7 * Math.pow(i + 1, -1.3));
        PowerLaw law = PowerLaw.fit(exact).orElseThrow();
        assertThat(law.alpha()).isCloseTo(1.3, within(1e-12));
        assertThat(law.rSquared()).isCloseTo(1, within(1e-12));
        assertThat(law.from()).isEqualTo(11);
        assertThat(law.to()).isEqualTo(100);
        // Only the range counts.
        exact[0] *= 100;
        exact[150] = 1e-9;
        assertThat(PowerLaw.fit(exact).orElseThrow().alpha()).isCloseTo(1.3, within(1e-12));
        assertThat(PowerLaw.fit(new double[] {1, 0.5, 0})).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-150, 1e-3, 1, 1e3, 1e150})
    void scaleInvariantMeasures_ofScaledRows_areTheSame(double scale) {
        Matrix rows = cloud(40, 6, 1);
        Matrix scaled = Matrix.zeros(rows.rows(), rows.columns());
        Arrays.setAll(scaled.values(), i -> scale * rows.values()[i]);
        assertThat(SpectralMeasures.rankMe(scaled).orElseThrow())
                .isCloseTo(SpectralMeasures.rankMe(rows).orElseThrow(), within(1e-9));
        if (scale >= 1e-3 && scale <= 1e3) {
            assertThat(SpectralMeasures.nesum(scaled).orElseThrow())
                    .isCloseTo(SpectralMeasures.nesum(rows).orElseThrow(), within(1e-9));
        }
    }

    @Test
    void distances_agreeWithASlowTwin() {
        EmbeddedViews unit = new EmbeddedViews(cloud(300, 5, 2), 1).unit();
        double[][] rows = rows(unit.rows());
        double kernel = 0;
        double logs = 0;
        for (int i = 0; i < rows.length; i++) {
            double first = Double.POSITIVE_INFINITY;
            double second = Double.POSITIVE_INFINITY;
            for (int j = 0; j < rows.length; j++) {
                double apart = distance(rows[i], rows[j]);
                if (i != j) {
                    kernel += Math.exp(-2 * apart * apart);
                    second = Math.min(second, Math.max(first, apart));
                    first = Math.min(first, apart);
                }
            }
            logs += Math.log(second / first);
        }
        NeighbourMeasures found = NeighbourMeasures.of(unit.rows(), 3, TaskRunner.IN_TURN);
        assertThat(found.uniformity().value()).isCloseTo(Math.log(kernel / 300 / 299), within(1e-10));
        assertThat(found.intrinsicDimension().orElseThrow().value()).isCloseTo(299 / logs, within(1e-8));
        // Five numbers on the sphere vary in four dimensions.
        assertThat(found.intrinsicDimension().orElseThrow().low()).isLessThan(4);
        assertThat(found.intrinsicDimension().orElseThrow().high()).isGreaterThan(4);
    }

    @Test
    void learnability_ofSeparateClusters_isHigherThanOfNoise() {
        double[][] rows = new double[400][8];
        Random random = new Random(4);
        for (int i = 0; i < rows.length; i++) {
            for (int d = 0; d < 8; d++) {
                rows[i][d] = (i % 8 == d ? 1 : 0) + 0.02 * random.nextGaussian();
            }
        }
        double clustered = learnability(Matrix.of(rows));
        assertThat(clustered).isGreaterThan(learnability(cloud(400, 8, 5)) + 0.1);
    }

    @Test
    void viewCapacity_equalsTheCapacityOfPicturesAsClasses() {
        EmbeddedViews embeddings = embeddings(30, 4, 12);
        int[] pictures = new int[120];
        Arrays.setAll(pictures, i -> i / 4);
        ManifoldCapacity expected = ManifoldCapacity.of(rows(embeddings.rows()), pictures);
        ViewCapacity found = ViewCapacity.of(embeddings, 0, TaskRunner.IN_TURN);
        assertThat(found.capacity().value()).isEqualTo(expected.capacity().value());
        assertThat(found.radius().value()).isCloseTo(expected.radius().value(), within(1e-12));
        assertThat(found.dimension().value()).isCloseTo(expected.dimension().value(), within(1e-12));
        assertThat(found.capacity().low()).isLessThan(found.capacity().value());
        assertThat(found.capacity().high()).isGreaterThan(found.capacity().value());
    }

    @Test
    void quality_ofUsualEmbeddings_hasEveryMeasureWithAnInterval() {
        EmbeddedViews embeddings = embeddings(120, VIEWS, 10);
        RepresentationQuality found = RepresentationQuality.of(rows(embeddings.rows()), VIEWS);
        assertThat(found.values()).containsOnlyKeys(Measure.values());
        found.values().forEach((measure, value) -> {
            assertThat(value.low()).as(measure.key()).isLessThan(value.value());
            assertThat(value.high()).as(measure.key()).isGreaterThan(value.value());
        });
        assertThat(found.value(Measure.ALIGNMENT).orElseThrow()).isCloseTo(slowAlignment(embeddings), within(1e-12));
        assertThat(found.cautions()).noneMatch(reason -> reason.measure() == Measure.RANKME);
    }

    /** The six spectral measures take their intervals from resamples; the others do not need any. */
    @Test
    void quality_withoutResamples_hasNoIntervalsOfTheSpectralMeasures() {
        EmbeddedViews embeddings = embeddings(120, VIEWS, 10);
        Map<Measure, Interval> found = RepresentationQuality.of(
                        embeddings, new QualityOptions(0, 0), TaskRunner.IN_TURN, CapacityProgress.NONE)
                .values();
        List<Measure> spectral = List.of(
                Measure.RANKME,
                Measure.NESUM,
                Measure.LIDAR,
                Measure.ALPHA_REQ,
                Measure.EFFECTIVE_RANK,
                Measure.PERCENT_ERROR);
        assertThat(found).containsOnlyKeys(Measure.values());
        found.forEach((measure, value) -> {
            assertThat(value.value()).as(measure.key()).isFinite();
            assertThat(Double.isNaN(value.low())).as(measure.key()).isEqualTo(spectral.contains(measure));
            assertThat(Double.isNaN(value.high())).as(measure.key()).isEqualTo(spectral.contains(measure));
        });
    }

    @Test
    void quality_onSeveralThreads_isTheSame() {
        EmbeddedViews embeddings = embeddings(80, VIEWS, 6);
        QualityOptions options = new QualityOptions(10, 1);
        ForkJoinPool pool = new ForkJoinPool(3);
        try {
            assertThat(RepresentationQuality.of(embeddings, options, TaskRunner.on(pool), CapacityProgress.NONE))
                    .isEqualTo(
                            RepresentationQuality.of(embeddings, options, TaskRunner.IN_TURN, CapacityProgress.NONE));
        } finally {
            pool.shutdown();
        }
    }

    /** The interval's width is a standard error: it must be near the spread over independent samples. */
    @Test
    void intervals_ofManySamples_coverTheSpreadOfTheValues() {
        Measure[] measures = {Measure.RANKME, Measure.NESUM, Measure.LIDAR, Measure.ALIGNMENT, Measure.UNIFORMITY};
        double[][] values = new double[measures.length][30];
        double[] error = new double[measures.length];
        for (int s = 0; s < 30; s++) {
            Map<Measure, Interval> found = RepresentationQuality.of(
                            embeddings(150, 2, 5, 100 + s),
                            new QualityOptions(30, 0),
                            TaskRunner.IN_TURN,
                            CapacityProgress.NONE)
                    .values();
            for (int m = 0; m < measures.length; m++) {
                values[m][s] = found.get(measures[m]).value();
                error[m] +=
                        (found.get(measures[m]).high() - found.get(measures[m]).low()) / 2 / 1.96 / 30;
            }
        }
        for (int m = 0; m < measures.length; m++) {
            double mean = Arrays.stream(values[m]).average().orElseThrow();
            double spread = Math.sqrt(
                    Arrays.stream(values[m]).map(x -> (x - mean) * (x - mean)).sum() / 29);
            assertThat(error[m] / spread).as(measures[m].key()).isBetween(0.6, 1.6);
        }
    }

    @Test
    void quality_ofCollapsedEmbeddings_saysWhichMeasuresHaveNoValue() {
        double[][] rows = new double[60][7];
        for (double[] row : rows) {
            Arrays.setAll(row, d -> 0.1 * d + 0.3);
        }
        RepresentationQuality found = RepresentationQuality.of(rows, VIEWS);
        assertThat(found.values())
                .containsOnlyKeys(
                        Measure.RANKME,
                        Measure.EFFECTIVE_RANK,
                        Measure.PERCENT_ERROR,
                        Measure.ALIGNMENT,
                        Measure.UNIFORMITY,
                        Measure.INFONCE);
        assertThat(found.value(Measure.RANKME).orElseThrow()).isCloseTo(1, within(1e-4));
        assertThat(found.value(Measure.UNIFORMITY).orElseThrow()).isCloseTo(0, within(1e-9));
        assertThat(found.value(Measure.INFONCE).orElseThrow()).isCloseTo(0, within(1e-9));
        assertThat(found.cautions())
                .extracting(RepresentationQuality.Reason::measure)
                .contains(
                        Measure.NESUM,
                        Measure.LIDAR,
                        Measure.ALPHA_REQ,
                        Measure.CLUSTER_LEARNABILITY,
                        Measure.INTRINSIC_DIMENSION,
                        Measure.VIEW_CAPACITY);
    }

    @Test
    void quality_ofZeroRows_leavesOutWhatNeedsADirection() {
        double[][] rows = rows(cloud(60, 4, 9));
        Arrays.fill(rows[17], 0);
        RepresentationQuality found = RepresentationQuality.of(rows, VIEWS);
        assertThat(found.values()).containsKeys(Measure.RANKME, Measure.NESUM, Measure.LIDAR);
        assertThat(found.values()).doesNotContainKeys(Measure.PERCENT_ERROR, Measure.UNIFORMITY, Measure.INFONCE);
        assertThat(found.cautions()).anyMatch(reason -> reason.text().contains("row 17"));
        RepresentationQuality none = RepresentationQuality.of(new double[6][4], VIEWS);
        assertThat(none.values()).isEmpty();
        assertThat(none.cautions()).hasSizeGreaterThan(5);
    }

    @Test
    void quality_ofFewPictures_isCautious() {
        RepresentationQuality found =
                RepresentationQuality.of(rows(embeddings(12, VIEWS, 40).rows()), VIEWS);
        assertThat(found.cautions())
                .anyMatch(reason ->
                        reason.measure() == Measure.RANKME && reason.text().startsWith("12 pictures in 40 dimensions"));
        assertThat(found.cautions())
                .anyMatch(reason -> reason.measure() == Measure.INFONCE
                        && reason.text().startsWith("near its ceiling log N = 2.48"));
        RepresentationQuality one = RepresentationQuality.of(rows(cloud(2, 3, 1)), 2);
        assertThat(one.values()).containsKeys(Measure.RANKME, Measure.ALIGNMENT);
        assertThat(one.values())
                .doesNotContainKeys(Measure.VIEW_CAPACITY, Measure.UNIFORMITY, Measure.LIDAR, Measure.INFONCE);
        RepresentationQuality single = RepresentationQuality.of(rows(cloud(30, 3, 1)), 1);
        assertThat(single.values())
                .doesNotContainKeys(Measure.VIEW_CAPACITY, Measure.LIDAR, Measure.ALIGNMENT, Measure.INFONCE);
        assertThat(single.cautions()).anyMatch(reason -> reason.measure() == Measure.LIDAR);
    }

    @Test
    void embeddings_ofTheWrongShape_areRefused() {
        assertThatThrownBy(() -> RepresentationQuality.of(new double[7][3], 2))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("multiple of 2 rows, found 7");
        assertThatThrownBy(() -> RepresentationQuality.of(new double[0][], 2))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("found 0");
        assertThatThrownBy(() -> RepresentationQuality.of(new double[][] {{1, Double.NaN}}, 1))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("NaN in row 0");
        assertThatThrownBy(() -> RepresentationQuality.of(new double[2][0], 1)).isInstanceOf(MmcrException.class);
        assertThatThrownBy(() -> new QualityOptions(1, 0)).isInstanceOf(MmcrException.class);
    }

    private static double learnability(Matrix rows) {
        return NeighbourMeasures.of(new EmbeddedViews(rows, 1).unit().rows(), 0, TaskRunner.IN_TURN)
                .learnability()
                .orElseThrow()
                .value();
    }

    private static double slowAlignment(EmbeddedViews embeddings) {
        double[][] rows = rows(embeddings.unit().rows());
        double sum = 0;
        int pairs = 0;
        for (int n = 0; n < embeddings.pictures(); n++) {
            for (int a = 0; a < VIEWS; a++) {
                for (int b = 0; b < a; b++) {
                    double apart = distance(rows[n * VIEWS + a], rows[n * VIEWS + b]);
                    sum += apart * apart;
                    pairs++;
                }
            }
        }
        return sum / pairs;
    }

    private static double distance(double[] a, double[] b) {
        double sum = 0;
        for (int d = 0; d < a.length; d++) {
            sum += (a[d] - b[d]) * (a[d] - b[d]);
        }
        return Math.sqrt(sum);
    }

    private static EmbeddedViews embeddings(int pictures, int views, int dimension) {
        return embeddings(pictures, views, dimension, 1);
    }

    private static EmbeddedViews embeddings(int pictures, int views, int dimension, long seed) {
        Random random = new Random(seed);
        double[][] rows = new double[pictures * views][dimension];
        for (int n = 0; n < pictures; n++) {
            for (int d = 0; d < dimension; d++) {
                double centre = random.nextGaussian() / (d + 1);
                for (int k = 0; k < views; k++) {
                    rows[n * views + k][d] = centre + 0.1 * random.nextGaussian();
                }
            }
        }
        return EmbeddedViews.of(rows, views);
    }

    private static Matrix cloud(int rows, int dimension, long seed) {
        Random random = new Random(seed);
        Matrix cloud = Matrix.zeros(rows, dimension);
        Arrays.setAll(cloud.values(), i -> random.nextGaussian());
        return cloud;
    }

    private static double[][] rows(Matrix matrix) {
        double[][] rows = new double[matrix.rows()][];
        int width = matrix.columns();
        Arrays.setAll(rows, i -> Arrays.copyOfRange(matrix.values(), i * width, (i + 1) * width));
        return rows;
    }
}
