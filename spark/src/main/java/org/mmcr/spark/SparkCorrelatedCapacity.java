package org.mmcr.spark;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.mmcr.analysis.capacity.CorrelatedReport;
import org.mmcr.core.MmcrException;
import org.mmcr.core.capacity.CapacityProgress;
import org.mmcr.core.capacity.CorrelatedCapacity;
import org.mmcr.core.capacity.CorrelatedOptions;
import org.mmcr.core.capacity.CorrelatedProblems;
import org.mmcr.core.capacity.ManifoldSource;
import org.mmcr.core.capacity.Matrix;
import org.mmcr.core.capacity.PairWeights;
import org.mmcr.core.capacity.TaskRunner;
import org.mmcr.train.run.ComputeThreads;
import scala.Tuple2;

/**
 * Measures the capacity of correlated classes, pairs of a direction and a dichotomy in parallel.
 *
 * <p>A pair concerns the points of all classes, so that they are collected at the driver and broadcast to every
 * executor; the problems of the pairs are solved there, and the driver computes the geometry. With the same seed and
 * order of points the results equal those of {@code mmcr capacity --method glue} to the last bit.
 *
 * <p>Memory, with n points in all and N dimensions: 2 n N numbers at the driver while it reads, n min(n, N) there and at
 * every executor afterwards, and n^2 for up to 5,000 points.
 */
public final class SparkCorrelatedCapacity {
    private SparkCorrelatedCapacity() {}

    /**
     * Measures the classes of a table.
     *
     * @param table columns as {@link SparkCapacity#of} reads them
     * @throws MmcrException if a column or a label is missing, or the points have no capacity
     */
    public static CorrelatedReport of(Dataset<Row> table, CorrelatedOptions options) {
        long began = System.nanoTime();
        List<Tuple2<String, Matrix>> classes = new ArrayList<>();
        SparkCapacity.manifolds(table)
                .collect()
                .forEach(one -> classes.add(new Tuple2<>(one._1(), one._2().orThrow())));
        classes.sort(Comparator.comparing(
                Tuple2::_1, SparkCapacity.order(classes.stream().map(Tuple2::_1))));
        ManifoldSource source = ManifoldSource.of(
                classes.stream().map(Tuple2::_1).toList(),
                number -> classes.get(number)._2());
        JavaSparkContext context =
                JavaSparkContext.fromSparkContext(table.sparkSession().sparkContext());
        ComputeThreads.useOneInBlas();
        ForkJoinPool pool = new ForkJoinPool(Runtime.getRuntime().availableProcessors());
        try {
            CorrelatedCapacity measured = CorrelatedCapacity.of(
                    source, options, problems -> solved(context, problems), TaskRunner.on(pool), CapacityProgress.NONE);
            return CorrelatedReport.of(measured, (System.nanoTime() - began) * 1e-9);
        } finally {
            pool.shutdownNow();
        }
    }

    private static List<PairWeights> solved(JavaSparkContext context, CorrelatedProblems problems) {
        Broadcast<CorrelatedProblems> shared = context.broadcast(problems);
        List<Integer> pairs = IntStream.range(0, problems.count()).boxed().toList();
        int parts = Math.min(pairs.size(), SparkCapacity.PARTS_A_CORE * context.defaultParallelism());
        try {
            return context
                    .parallelize(pairs, parts)
                    .map(pair -> {
                        ComputeThreads.useOneInBlas();
                        return RetriedTask.of(() -> shared.value().solve(pair));
                    })
                    .collect()
                    .stream()
                    .map(RetriedTask::orThrow)
                    .toList();
        } finally {
            shared.destroy();
        }
    }
}
