package org.mmcr.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.mmcr.analysis.embeddings.Analysis;
import org.mmcr.analysis.embeddings.Centroids;
import org.mmcr.core.MmcrException;
import org.mmcr.core.theory.MarchenkoPastur;
import org.mmcr.objective.PointerScopeExtension;
import org.mmcr.objective.linalg.PolarFactor;

@Tag("long")
@ExtendWith(PointerScopeExtension.class)
class SparkSpectrumTest {
    private static final double EXACT = 1e-8;
    private static SparkSession spark;

    @BeforeAll
    static void start() {
        spark = LocalSpark.start();
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    @Test
    void spectrum_anyPartitions_equalsTheAnalysisInMemory() {
        double[][] rows = LocalSpark.embeddings(360, 3, 24, 5);
        Analysis all = inMemory(rows, 3);
        Map<String, Analysis> classes = new TreeMap<>();
        for (int c = 0; c < 3; c++) {
            String label = LocalSpark.label(c);
            double[][] members = IntStream.range(0, rows.length)
                    .filter(i -> LocalSpark.label(i / 3).equals(label))
                    .mapToObj(i -> rows[i])
                    .toArray(double[][]::new);
            classes.put(label, inMemory(members, 3));
        }
        for (int parts : new int[] {1, 3, 7}) {
            SpectrumReport report = SparkSpectrum.of(LocalSpark.together(spark, rows, 3, parts), true);
            assertEqual(report.all(), all);
            assertThat(report.classes()).containsOnlyKeys(classes.keySet());
            report.classes().forEach((label, spectrum) -> assertEqual(spectrum, classes.get(label)));
        }
    }

    @Test
    void spectrum_viewsInRowsOfTheirOwn_areBroughtTogetherBySample() {
        double[][] rows = LocalSpark.embeddings(300, 4, 10, 6);
        SpectrumReport report = SparkSpectrum.of(LocalSpark.apart(spark, rows, 4, 5), false);
        assertThat(report.classes()).isEmpty();
        assertEqual(report.all(), inMemory(rows, 4));
    }

    @Test
    void spectrum_fewerSamplesThanDimensions_equalsThePolarFactor() {
        double[][] rows = LocalSpark.embeddings(20, 1, 64, 7);
        CentroidSpectrum found = SparkSpectrum.of(
                        LocalSpark.apart(spark, rows, 1, 2).drop("sample"), false)
                .all();
        double[][] unit = Arrays.stream(rows).map(SparkSpectrumTest::unit).toArray(double[][]::new);
        PolarFactor expected = PolarFactor.of(LocalSpark.tensor(unit));
        assertThat(found.nuclearNorm()).isCloseTo(expected.nuclearNorm(), within(EXACT * expected.nuclearNorm()));
        assertThat(found.singularValues()).hasSize(20);
        assertThat(found.effectiveRank()).isCloseTo(expected.effectiveRank(), within(EXACT * 20));
        assertThat(found.meanSquaredCentroidNorm()).isCloseTo(1, within(1e-12));
        assertThat(found.alignment()).isEmpty();
    }

    @Test
    void spectrum_orthogonalRows_reachTheBoundAndLieApartFromTheLaw() {
        double[][] rows = new double[12][6];
        for (int i = 0; i < 12; i++) {
            rows[i][i % 6] = i % 2 == 0 ? 1e-200 : 1e200;
        }
        CentroidSpectrum found =
                SparkSpectrum.of(LocalSpark.together(spark, rows, 1, 2), false).all();
        assertThat(found.percentError()).isCloseTo(0, within(1e-14));
        assertThat(found.effectiveRank()).isCloseTo(6, within(1e-10));
        // All squares are 1, and the law has the fraction F(1) below them.
        double below = new MarchenkoPastur(0.5).cumulative(1);
        assertThat(found.marchenkoPasturDistance()).isCloseTo(Math.max(below, 1 - below), within(1e-9));
    }

    @Test
    void spectrum_uniformPoints_followTheLawAndDoNotDependOnThePartitions() {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        CentroidSpectrum few = SparkSpectrum.of(UniformSamples.of(context, 4000, 40, 3, 2), false)
                .all();
        CentroidSpectrum many = SparkSpectrum.of(UniformSamples.of(context, 4000, 40, 3, 9), false)
                .all();
        assertThat(few.samples()).isEqualTo(4000);
        assertThat(few.nuclearNorm()).isCloseTo(many.nuclearNorm(), within(1e-10));
        assertThat(few.percentError()).isCloseTo(few.uniformPercentError(), within(2e-4));
        assertThat(few.marchenkoPasturDistance()).isLessThan(0.1);
    }

    @Test
    void spectrum_identicalRows_hasOneValue() {
        double[][] rows =
                IntStream.range(0, 50).mapToObj(i -> new double[] {3, 4, 0}).toArray(double[][]::new);
        CentroidSpectrum found =
                SparkSpectrum.of(LocalSpark.together(spark, rows, 5, 3), false).all();
        assertThat(found.nuclearNorm()).isCloseTo(Math.sqrt(10), within(1e-12));
        assertThat(found.effectiveRank()).isCloseTo(1, within(1e-6));
        assertThat(found.alignment()).hasValueCloseTo(0.0, within(1e-12));
    }

    @Test
    void spectrum_viewsThatCancel_isZero() {
        double[][] rows = {{1, 0}, {-1, 0}};
        CentroidSpectrum found =
                SparkSpectrum.of(LocalSpark.together(spark, rows, 2, 1), false).all();
        assertThat(found.nuclearNorm()).isZero();
        assertThat(found.percentError()).isEqualTo(1);
        assertThat(found.alignment()).hasValueCloseTo(4.0, within(1e-12));
    }

    @Test
    void spectrum_faultyRow_isNamed() {
        assertFault(new double[][] {{1, 2}, {0, 0}}, 1, "only zeros; in picture 1");
        assertFault(new double[][] {{1, Double.NaN}}, 1, "NaN, infinite or missing; in picture 0");
        assertFault(new double[][] {{1, Double.NEGATIVE_INFINITY}}, 1, "NaN, infinite or missing; in picture 0");
        assertFault(new double[][] {{1, 2}, {1, 2, 3}}, 1, "embeddings of");
        assertFault(new double[][] {{}}, 1, "found none; in picture 0");
        assertFault(new double[0][], 1, "expected embeddings, found no rows");
    }

    @Test
    void spectrum_tableOfAnotherKind_fails() {
        Dataset<Row> numbers = spark.range(3).toDF();
        assertThatThrownBy(() -> SparkSpectrum.of(numbers, false))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("expected a column embedding")
                .hasMessageContaining("found id");
        assertThatThrownBy(() -> SparkSpectrum.of(numbers.selectExpr("id embedding"), false))
                .hasMessageContaining("expected column embedding to be an array of numbers, found bigint");
        assertThatThrownBy(() -> SparkSpectrum.of(numbers.selectExpr("array(1.0D, id) embedding"), true))
                .hasMessageContaining("expected a column label");
        assertThatThrownBy(() -> SparkSpectrum.of(
                        numbers.selectExpr("array(1.0F, if(id = 1, null, 2.0F)) embedding", "id path"), false))
                .hasMessageContaining("missing; in 1");
        assertThatThrownBy(() -> SparkSpectrum.of(
                        numbers.selectExpr("array(1.0F, 2) embedding", "if(id < 2, 0, 1) sample"), false))
                .hasMessageContaining("views");
    }

    /** Hugging Face marks test sets without public labels so. A text is a label, whatever it begins with. */
    @Test
    void spectrum_negativeNumbersAsLabels_areNone() {
        Dataset<Row> rows = spark.range(8)
                .toDF()
                .selectExpr("array(1.0D, cast(id as double)) embedding", "cast(id % 4 - 1 as int) label");
        assertThat(SparkSpectrum.of(rows, true).classes()).containsOnlyKeys("", "0", "1", "2");
        Dataset<Row> texts = rows.selectExpr("embedding", "cast(label as string) label");
        assertThat(SparkSpectrum.of(texts, true).classes()).containsOnlyKeys("-1", "0", "1", "2");
    }

    private static void assertFault(double[][] rows, int views, String message) {
        assertThatThrownBy(() -> SparkSpectrum.of(LocalSpark.together(spark, rows, views, 1), false))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining(message);
    }

    private static double[] unit(double[] row) {
        double length = Math.sqrt(Arrays.stream(row).map(x -> x * x).sum());
        return Arrays.stream(row).map(x -> x / length).toArray();
    }

    private static Analysis inMemory(double[][] rows, int views) {
        return Analysis.of(LocalSpark.tensor(rows), views, Optional.empty(), 0);
    }

    private static void assertEqual(CentroidSpectrum found, Analysis analysis) {
        Centroids expected = analysis.centroids();
        assertThat(found.samples()).isEqualTo(expected.samples());
        assertThat(found.views()).isEqualTo(expected.views());
        assertThat(List.of(
                        found.nuclearNorm() / expected.nuclearNorm(),
                        found.upperBound() / expected.upperBound(),
                        found.percentError() / expected.percentError(),
                        found.uniformPercentError() / expected.uniformPercentError(),
                        found.effectiveRank() / expected.effectiveRank(),
                        found.invariance() / expected.invariance().orElseThrow(),
                        found.spread() / expected.spread(),
                        found.meanSquaredCentroidNorm()
                                / expected.squaredCentroidNorm().orElseThrow().mean(),
                        found.alignment().orElseThrow()
                                / analysis.information().alignment().orElseThrow()))
                .allSatisfy(ratio -> assertThat(ratio).isCloseTo(1, within(EXACT)));
        assertThat(found.singularValues()).hasSameSizeAs(expected.singularValues());
        for (int i = 0; i < found.singularValues().size(); i++) {
            assertThat(found.singularValues().get(i))
                    .isCloseTo(expected.singularValues().get(i), within(EXACT * expected.nuclearNorm()));
        }
    }
}
