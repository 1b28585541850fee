package org.mmcr.spark;

import java.util.Arrays;
import java.util.Iterator;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.mmcr.core.MmcrException;

/** Uniform points on the sphere, drawn by the tasks that use them, to time a cluster on data with a known spectrum. */
final class UniformSamples {
    private UniformSamples() {}

    /**
     * Draws points. Each depends on the seed and its index alone.
     *
     * @param count number of points
     * @param dimension dimension of a point
     * @param parts number of partitions
     */
    static JavaRDD<EmbeddedSample> of(JavaSparkContext context, long count, int dimension, long seed, int parts) {
        if (count < 1 || dimension < 1) {
            throw new MmcrException(
                    "expected at least one point and one dimension, found " + count + " and " + dimension);
        }
        int used = Math.toIntExact(Math.min(count, parts));
        return context.parallelize(LongStream.range(0, used).boxed().toList(), used)
                .mapPartitions(part -> points(part.next(), used, count, dimension, seed));
    }

    private static Iterator<EmbeddedSample> points(long part, long parts, long count, int dimension, long seed) {
        // count * part / parts would overflow.
        long from = count / parts * part + Math.min(part, count % parts);
        long size = count / parts + (part < count % parts ? 1 : 0);
        return LongStream.range(from, from + size)
                .mapToObj(i -> point(i, dimension, seed))
                .iterator();
    }

    private static EmbeddedSample point(long number, int dimension, long seed) {
        // The generator's own seeds are a fixed step apart, so seeds are scattered first.
        SplittableRandom random = new SplittableRandom(new SplittableRandom(seed).nextLong() + number);
        double[] values = new double[dimension];
        Arrays.setAll(values, d -> random.nextGaussian());
        return new EmbeddedSample("point " + number, "", new double[][] {values});
    }
}
