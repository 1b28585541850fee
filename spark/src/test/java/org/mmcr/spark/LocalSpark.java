package org.mmcr.spark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.bytedeco.pytorch.Tensor;

/** Spark in this JVM with two threads, and tables for tests. */
final class LocalSpark {
    private LocalSpark() {}

    /** Starts a session, which the test closes. */
    static SparkSession start() {
        return SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.sql.shuffle.partitions", "3")
                .getOrCreate();
    }

    /** Rows (rows, dimension) of different lengths; views of the same sample are close to each other. */
    static double[][] embeddings(int samples, int views, int dimension, long seed) {
        Random random = new Random(seed);
        double[][] rows = new double[samples * views][dimension];
        for (int n = 0; n < samples; n++) {
            double[] centre = new double[dimension];
            // Float32, as encoders write them, with a decreasing spectrum.
            Arrays.setAll(centre, d -> (float) (random.nextGaussian() / (1 + d)));
            for (int k = 0; k < views; k++) {
                double scale = 0.1 + random.nextDouble() * 10;
                Arrays.setAll(rows[n * views + k], d -> (float) (scale * (centre[d] + 0.1 * random.nextGaussian())));
            }
        }
        return rows;
    }

    static Tensor tensor(double[][] rows) {
        double[] flat = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
        return Tensor.create(flat, rows.length, rows[0].length);
    }

    static String label(int sample) {
        return "class " + sample % 3;
    }

    /** A table with one row per sample: path, label, embeddings. */
    static Dataset<Row> together(SparkSession spark, double[][] rows, int views, int parts) {
        List<Row> table = new ArrayList<>();
        for (int n = 0; n < rows.length / views; n++) {
            table.add(
                    RowFactory.create("picture " + n, label(n), Arrays.copyOfRange(rows, n * views, (n + 1) * views)));
        }
        StructType schema = new StructType()
                .add("path", DataTypes.StringType)
                .add("label", DataTypes.StringType)
                .add("embeddings", DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.DoubleType)));
        return spark.createDataFrame(table, schema).repartition(parts);
    }

    /** A table with one row per view: sample, label, embedding. */
    static Dataset<Row> apart(SparkSession spark, double[][] rows, int views, int parts) {
        List<Row> table = new ArrayList<>();
        for (int i = 0; i < rows.length; i++) {
            table.add(RowFactory.create((long) i / views, label(i / views), rows[i]));
        }
        StructType schema = new StructType()
                .add("sample", DataTypes.LongType)
                .add("label", DataTypes.StringType)
                .add("embedding", DataTypes.createArrayType(DataTypes.DoubleType));
        return spark.createDataFrame(table, schema).repartition(parts);
    }
}
