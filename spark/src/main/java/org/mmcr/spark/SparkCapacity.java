package org.mmcr.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import org.mmcr.analysis.capacity.CapacityReport;
import org.mmcr.core.MmcrException;
import org.mmcr.core.capacity.CapacityJob;
import org.mmcr.core.capacity.CapacityJob.Measured;
import org.mmcr.core.capacity.CapacityOptions;
import org.mmcr.core.capacity.Centring;
import org.mmcr.core.capacity.ManifoldMoments;
import org.mmcr.core.capacity.Matrix;
import org.mmcr.core.capacity.Preparation;
import org.mmcr.core.capacity.Spectrum;
import org.mmcr.train.run.ComputeThreads;
import scala.Tuple2;

/**
 * Measures manifold capacity, classes in parallel.
 *
 * <p>The points are grouped by class once and cached. Their means are collected at the driver, which computes the
 * origin and the common directions of the centres; one task then measures each class. With the same seed and order of
 * points the results equal those of {@code mmcr capacity} to 1e-9, because the directions of a class depend on its
 * index alone.
 *
 * <p>Memory, with P classes of m points in N dimensions: a task holds about 4 m N numbers; the driver holds P N for
 * the centres, 2 P^2 for their inner products, and N^2 for the spectrum, which is also sent once per partition.
 */
public final class SparkCapacity {
    private static final int DEPTH = 2;
    /** Tasks per core. Classes differ in their work, so there are more tasks than cores. */
    static final int PARTS_A_CORE = 4;

    private SparkCapacity() {}

    /** A point and its order in its class. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Point(String name, double[] values) implements Serializable {}

    /**
     * Measures the classes of a table.
     *
     * @param table columns {@code label}, {@code path}, and {@code embedding}, or {@code embeddings} if several views
     *     of a sample are points of its class; {@code path} orders the points of a class
     * @throws MmcrException if a column or a label is missing, or the points have no capacity
     */
    public static CapacityReport of(Dataset<Row> table, CapacityOptions options) {
        long began = System.nanoTime();
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
        moments.sort(Comparator.comparing(
                ManifoldMoments::name, order(moments.stream().map(ManifoldMoments::name))));
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
            return CapacityReport.of(job.result(spectrum, Arrays.asList(measured)), (System.nanoTime() - began) * 1e-9);
        } finally {
            shared.destroy();
        }
    }

    private static RetriedTask<Measured> measure(CapacityJob job, int number, Matrix points) {
        // Parallelism is by tasks, one per core, so native arithmetic uses one thread.
        ComputeThreads.useOneInBlas();
        return RetriedTask.of(() -> job.measure(number, points));
    }

    /** Inner products over the points, (N, N), of all centred points. */
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

    /**
     * Returns the points of each class by its name.
     *
     * @throws MmcrException if a column is missing
     */
    static JavaPairRDD<String, RetriedTask<Matrix>> manifolds(Dataset<Row> table) {
        List<String> columns = List.of(table.columns());
        for (String needed : List.of("label", "path")) {
            if (!columns.contains(needed)) {
                throw new MmcrException("expected a column " + needed + ", found " + String.join(", ", columns)
                        + "; label is the class of a point, and path orders its points");
            }
        }
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
                        + "; add it, or remove the row");
            }
            if (sample.views().length == 0 || sample.views()[0].length == 0) {
                throw new MmcrException("expected an embedding in every row, found none in that of " + sample.name()
                        + "; embed it again, or remove the row");
            }
            for (double[] view : sample.views()) {
                points.add(new Point(sample.name(), view));
            }
        }
        // A stable sort keeps the order of the views of a sample.
        points.sort(Comparator.comparing(Point::name, order(points.stream().map(Point::name))));
        int dimensions = points.isEmpty() ? 0 : points.get(0).values().length;
        Matrix all = Matrix.zeros(points.size(), dimensions);
        for (int i = 0; i < points.size(); i++) {
            double[] values = points.get(i).values();
            if (values.length != dimensions) {
                throw new MmcrException("expected embeddings of " + dimensions + " numbers in class " + label
                        + ", found " + values.length + " in " + points.get(i).name() + "; correct or remove it");
            }
            System.arraycopy(values, 0, all.values(), i * dimensions, dimensions);
        }
        return all;
    }

    /**
     * Returns the order of names as in {@code mmcr capacity}: by value if all of them are whole numbers, 2 before 10,
     * otherwise all of them as text.
     */
    static Comparator<String> order(Stream<String> names) {
        boolean numbers = names.allMatch(name -> name.matches("-?\\d{1,18}"));
        Comparator<String> text = Comparator.naturalOrder();
        return numbers ? Comparator.<String>comparingLong(Long::parseLong).thenComparing(text) : text;
    }
}
