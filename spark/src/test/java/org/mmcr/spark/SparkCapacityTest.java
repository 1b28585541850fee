package org.mmcr.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mmcr.analysis.capacity.CapacityReport;
import org.mmcr.analysis.capacity.CapacityRun;
import org.mmcr.analysis.capacity.CorrelatedReport;
import org.mmcr.analysis.capacity.CorrelatedRun;
import org.mmcr.core.MmcrException;
import org.mmcr.core.capacity.CapacityOptions;
import org.mmcr.core.capacity.CorrelatedOptions;
import org.mmcr.core.capacity.Dichotomies;
import org.mmcr.core.capacity.ManifoldSource;
import org.mmcr.core.capacity.Matrix;

class SparkCapacityTest {
    private static SparkSession spark;

    @BeforeAll
    static void start() {
        spark = LocalSpark.start();
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    /** Point clouds of classes 0, 1, ..., as the command reads them from a file. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Clouds(double[][][] points) implements ManifoldSource {
        static Clouds draw(int classes, int count, int dimensions) {
            Random random = new Random(4);
            double[][][] points = new double[classes][count][dimensions];
            for (double[][] manifold : points) {
                double[] centre = random.doubles(dimensions, -2, 2).toArray();
                for (double[] point : manifold) {
                    for (int d = 0; d < dimensions; d++) {
                        point[d] = centre[d] + 0.5 * random.nextGaussian();
                    }
                }
            }
            return new Clouds(points);
        }

        @Override
        public int count() {
            return points.length;
        }

        @Override
        public String name(int manifold) {
            return String.valueOf(manifold);
        }

        @Override
        public Matrix points(int manifold) {
            return Matrix.of(points[manifold]);
        }

        /** A table with one row per point, unordered. */
        Dataset<Row> table(SparkSession session) {
            List<Row> rows = new ArrayList<>();
            for (int k = points[0].length - 1; k >= 0; k--) {
                for (int i = 0; i < points.length; i++) {
                    rows.add(RowFactory.create(String.valueOf(k), i, points[i][k]));
                }
            }
            StructType schema = new StructType()
                    .add("path", DataTypes.StringType)
                    .add("label", DataTypes.IntegerType)
                    .add("embedding", DataTypes.createArrayType(DataTypes.DoubleType));
            return session.createDataFrame(rows, schema).repartition(5);
        }
    }

    /** More points than dimensions, and fewer; more than ten classes, which tests their numeric order. */
    @ParameterizedTest
    @CsvSource({"12, 15, 20", "11, 4, 60"})
    void capacity_aClassForEachTask_isThatInMemory(int classes, int count, int dimensions) {
        Clouds clouds = Clouds.draw(classes, count, dimensions);
        CapacityOptions options = new CapacityOptions(0.1, 60, 3);
        assertSame(
                SparkCapacity.of(clouds.table(spark), options),
                new CapacityRun(options, 2).measure(clouds, (stage, done, total) -> {}));
    }

    @ParameterizedTest
    @CsvSource({"12, 15, 20", "11, 4, 100"})
    void correlated_aTaskForSomePairs_isThatInMemory(int classes, int count, int dimensions) {
        Clouds clouds = Clouds.draw(classes, count, dimensions);
        CorrelatedOptions options = new CorrelatedOptions(40, new Dichotomies.OneVersusRest(), Optional.empty(), 3);
        CorrelatedReport found = SparkCorrelatedCapacity.of(clouds.table(spark), options);
        CorrelatedReport expected = new CorrelatedRun(options, 2).measure(clouds, (stage, done, total) -> {});
        assertThat(found.perManifold()).isEqualTo(expected.perManifold());
        assertThat(found.capacity()).isEqualTo(expected.capacity());
        assertThat(found.radius()).isEqualTo(expected.radius());
        assertThat(found.axisAlignment()).isEqualTo(expected.axisAlignment());
        assertThat(found.worstKktGap()).isEqualTo(expected.worstKktGap());
        assertThat(found.cautions()).isEqualTo(expected.cautions());
    }

    static void assertSame(CapacityReport found, CapacityReport expected) {
        assertThat(found.perManifold()).isEqualTo(expected.perManifold());
        assertThat(found.capacity()).isEqualTo(expected.capacity());
        assertThat(found.radius()).isEqualTo(expected.radius());
        assertThat(found.dimension()).isEqualTo(expected.dimension());
        assertThat(found.centerCorrelation()).isEqualTo(expected.centerCorrelation());
        assertThat(found.residualCorrelation()).isEqualTo(expected.residualCorrelation());
        assertThat(found.lowRank()).isEqualTo(expected.lowRank());
        assertThat(found.cautions()).isEqualTo(expected.cautions());
        assertThat(found.participationRatio())
                .isCloseTo(expected.participationRatio(), within(1e-9 * expected.participationRatio()));
        assertThat(found.explainedVarianceDimension()).isEqualTo(expected.explainedVarianceDimension());
    }

    @Test
    void order_ofLabels_isByValueForNumbersOnlyAndElseByText() {
        assertThat(Stream.of("10", "-1", "2").sorted(SparkCapacity.order(Stream.of("10", "-1", "2"))))
                .containsExactly("-1", "2", "10");
        List<String> mixed = List.of("2", "1a", "10");
        assertThat(mixed.stream().sorted(SparkCapacity.order(mixed.stream()))).containsExactly("10", "1a", "2");
    }

    @Test
    void capacity_wrongTable_failsInALine() {
        assertFault("expected a column path, found label", "id label");
        assertFault("expected a column label, found path", "'x' path");
        assertFault("expected at least 2 manifolds, found 1", "'one' label", "id path", "array(id, 1.0D) embedding");
        assertFault("manifold 1, point 1", "id % 2 label", "id path", "array(id, if(id = 3, null, 1.0D)) embedding");
        assertFault(
                "found none in that of 2", "if(id = 2, null, id % 2) label", "id path", "array(id, 1.0D) embedding");
        assertFault(
                "embeddings of 2 numbers in class 1, found 1 in 3",
                "id % 2 label",
                "id path",
                "if(id = 3, array(1.0D), array(id, 1.0D)) embedding");
        assertFault(
                "expected an embedding in every row, found none in that of 2",
                "id % 2 label",
                "id path",
                "if(id = 2, null, array(id, 1.0D)) embedding");
        assertFault("radius would be infinite", "id % 2 label", "id path", "array(1.0D, 2.0D) embedding");
    }

    private static void assertFault(String message, String... columns) {
        Dataset<Row> table = spark.range(4).selectExpr(columns);
        assertThatThrownBy(() -> SparkCapacity.of(table, CapacityOptions.defaults()))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining(message);
    }
}
