package org.mmcr.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import org.mmcr.analysis.capacity.CapacityJob;
import org.mmcr.analysis.capacity.CapacityJob.Measured;
import org.mmcr.analysis.capacity.CapacityOptions;
import org.mmcr.analysis.capacity.CapacityReport;
import org.mmcr.core.MmcrException;
import org.mmcr.core.capacity.Centring;
import org.mmcr.core.capacity.ManifoldMoments;
import org.mmcr.core.capacity.Matrix;
import org.mmcr.core.capacity.Preparation;
import org.mmcr.core.capacity.Spectrum;
import org.mmcr.train.run.ComputeThreads;
import scala.Tuple2;

/**
 * Manifold capacity, classes in parallel.
 *
 * <p>The points of a class are brought together once and kept where they are. Their means go to the driver, which finds the origin
 * and the directions that all centres share; each class is then measured by one task. With the same seed and points in the same
 * order the figures are those of {@code mmcr capacity}, to 1e-9: a class's directions depend on its number alone.
 *
 * <p>A task holds the points of a class, m N numbers, about four times; the driver holds P N for the centres, P^2 twice for their
 * inner products, and N^2 for the spectrum, which also travels for each partition.
 */
public final class SparkCapacity {
    private static final int DEPTH = 2;
    /** Classes are not alike in their work: more tasks than cores, so that none waits for the last one long. */
    private static final int PARTS_A_CORE = 4;
    /** 2 before 10, as {@code mmcr capacity} has whole numbers. */
    private static final Comparator<String> BY_NUMBER = SparkCapacity::compare;

    private SparkCapacity() {}

    /** The place of a point in its class, and its numbers. */
    @SuppressWarnings("ArrayRecordComponent") // a carrier of data, never compared
    private record Point(String name, double[] values) implements Serializable {}

    /**
     * Measures.
     *
     * @param table with {@code label}, {@code path}, and {@code embedding}, or {@code embeddings} where several views of a sample
     *     are points of its class; points of a class are taken in the order of {@code path}
     * @throws MmcrException when a column or a label is missing, or the points have no capacity
     */
    public static CapacityReport of(Dataset<Row> table, CapacityOptions options) {
        long began = System.nanoTime();
        List<String> columns = List.of(table.columns());
        for (String needed : List.of("label", "path")) {
            if (!columns.contains(needed)) {
                throw new MmcrException("expected a column " + needed + ", found " + String.join(", ", columns)
                        + "; label is the class of a point, and path says in which order its points come");
            }
        }
        JavaPairRDD<String, RetriedTask<Matrix>> manifolds = manifolds(table);
        manifolds.persist(StorageLevel.MEMORY_AND_DISK());
        try {
            return measured(manifolds, options, began);
        } finally {
            manifolds.unpersist();
        }
    }

    private static CapacityReport measured(
            JavaPairRDD<String, RetriedTask<Matrix>> manifolds, CapacityOptions options, long began) {
        List<ManifoldMoments> moments = new ArrayList<>();
        manifolds
                .map(one -> RetriedTask.of(
                        () -> ManifoldMoments.of(one._1(), one._2().orThrow())))
                .collect()
                .forEach(one -> moments.add(one.orThrow()));
        moments.sort(Comparator.comparing(ManifoldMoments::name, BY_NUMBER));
        HashMap<String, Integer> numbers = new HashMap<>();
        moments.forEach(one -> numbers.put(one.name(), numbers.size()));
        Centring centring = Centring.of(moments);
        Spectrum.requireFeasible(centring.points(), centring.dimensions());
        ComputeThreads.useOneInBlas();
        JavaSparkContext context = JavaSparkContext.fromSparkContext(manifolds.context());
        CapacityJob job = new CapacityJob(Preparation.of(centring, options.seed()), options);
        Broadcast<CapacityJob> shared = context.broadcast(job);
        try {
            Spectrum spectrum = Spectrum.of(productsOfAll(manifolds, shared, centring.dimensions()));
            Measured[] measured = new Measured[moments.size()];
            manifolds
                    .mapToPair(one -> {
                        int number = Objects.requireNonNull(numbers.get(one._1()));
                        return new Tuple2<>(
                                number, measure(shared.value(), number, one._2().orThrow()));
                    })
                    .collectAsMap()
                    .forEach((number, one) -> measured[number] = one.orThrow());
            return job.report(spectrum, Arrays.asList(measured), (System.nanoTime() - began) * 1e-9);
        } finally {
            shared.destroy();
        }
    }

    private static RetriedTask<Measured> measure(CapacityJob job, int number, Matrix points) {
        // Tasks are the parallelism: as many as there are cores run in one executor.
        ComputeThreads.useOneInBlas();
        return RetriedTask.of(() -> job.measure(number, points));
    }

    /** Inner products of all centred points over the dimensions. */
    private static Matrix productsOfAll(
            JavaPairRDD<String, RetriedTask<Matrix>> manifolds, Broadcast<CapacityJob> job, int dimensions) {
        return manifolds
                .values()
                .map(one -> {
                    ComputeThreads.useOneInBlas();
                    Matrix points = one.orThrow();
                    Matrix centred = Matrix.zeros(points.rows(), points.columns());
                    job.value().preparation().centring().centre(points, centred.values(), 0);
                    return centred.lowerProductsOfColumns();
                })
                .treeAggregate(Matrix.zeros(dimensions, dimensions), SparkCapacity::add, SparkCapacity::add, DEPTH);
    }

    private static Matrix add(Matrix sum, Matrix part) {
        sum.add(part);
        return sum;
    }

    private static JavaPairRDD<String, RetriedTask<Matrix>> manifolds(Dataset<Row> table) {
        JavaRDD<EmbeddedSample> samples = EmbeddingTable.samples(table.drop("sample"));
        int parts = Math.max(
                samples.getNumPartitions(), PARTS_A_CORE * samples.context().defaultParallelism());
        return samples.mapToPair(sample -> new Tuple2<>(sample.label(), sample))
                .groupByKey(parts)
                .mapToPair(one -> new Tuple2<>(one._1(), RetriedTask.of(() -> points(one._1(), one._2()))));
    }

    private static Matrix points(String label, Iterable<EmbeddedSample> samples) {
        List<Point> points = new ArrayList<>();
        for (EmbeddedSample sample : samples) {
            if (label.isEmpty()) {
                throw new MmcrException("expected a label in every row, found none in that of " + sample.name()
                        + "; fill it in, or leave such rows out");
            }
            for (double[] view : sample.views()) {
                points.add(new Point(sample.name(), view));
            }
        }
        // Stable: views of one sample stay in their order.
        points.sort(Comparator.comparing(Point::name, BY_NUMBER));
        int dimensions = points.isEmpty() ? 0 : points.get(0).values().length;
        Matrix all = Matrix.zeros(points.size(), dimensions);
        for (int i = 0; i < points.size(); i++) {
            double[] values = points.get(i).values();
            if (values.length != dimensions) {
                throw new MmcrException("expected embeddings of " + dimensions + " numbers in class " + label
                        + ", found " + values.length + " in " + points.get(i).name() + "; mend or remove it");
            }
            System.arraycopy(values, 0, all.values(), i * dimensions, dimensions);
        }
        return all;
    }

    private static int compare(String a, String b) {
        boolean numbers = a.matches("-?\\d{1,18}") && b.matches("-?\\d{1,18}");
        int byNumber = numbers ? Long.compare(Long.parseLong(a), Long.parseLong(b)) : 0;
        return byNumber != 0 ? byNumber : a.compareTo(b);
    }
}
