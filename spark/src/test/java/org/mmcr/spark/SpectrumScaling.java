package org.mmcr.spark;

import java.util.Arrays;
import java.util.Locale;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * A program that measures the time of a spectrum against the number of rows. Points are drawn by the tasks and not
 * stored; drawing alone is timed too, because it takes longer than the spectrum. Arguments: dimension, largest power
 * of ten, repeats.
 */
final class SpectrumScaling {
    private static final int PARTS = 16;

    private SpectrumScaling() {}

    public static void main(String[] arguments) {
        int dimension = Integer.parseInt(arguments[0]);
        int largest = Integer.parseInt(arguments[1]);
        int repeats = Integer.parseInt(arguments[2]);
        SparkSession spark = LocalSpark.start();
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        // Warm-up: compile the code and load the libraries.
        SparkSpectrum.of(UniformSamples.of(context, 200_000, dimension, 1, PARTS), false);
        print("| rows | drawing alone, s | with the spectrum, s | percent error | uniform points expected |");
        print("|---|---|---|---|---|");
        for (int power = 4; power <= largest; power++) {
            long rows = Math.round(Math.pow(10, power));
            double[] drawing = new double[repeats];
            double[] whole = new double[repeats];
            CentroidSpectrum found = null;
            for (int i = 0; i < repeats; i++) {
                JavaRDD<EmbeddedSample> points = UniformSamples.of(context, rows, dimension, i, PARTS);
                long start = System.nanoTime();
                points.map(sample -> sample.views()[0][0]).reduce(Double::sum);
                long middle = System.nanoTime();
                found = SparkSpectrum.of(points, false).all();
                drawing[i] = (middle - start) * 1e-9;
                whole[i] = (System.nanoTime() - middle) * 1e-9;
            }
            print(
                    "| %,d | %.2f | %.2f | %.6f %% | %.6f %% |",
                    rows,
                    median(drawing),
                    median(whole),
                    100 * found.percentError(),
                    100 * found.uniformPercentError());
        }
        spark.stop();
    }

    private static void print(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }
}
