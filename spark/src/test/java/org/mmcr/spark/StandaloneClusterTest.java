package org.mmcr.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.analysis.capacity.CapacityRun;
import org.mmcr.core.capacity.CapacityOptions;
import org.mmcr.train.encoder.Precision;

@Tag("long")
class StandaloneClusterTest {
    @TempDir
    static Path folder;

    /** Pictures of the failing partition so far, in an executor. */
    private static final AtomicInteger SEEN = new AtomicInteger();

    private static StandaloneCluster cluster;
    private static SparkSession spark;

    @BeforeAll
    static void start() throws IOException {
        cluster = StandaloneCluster.start(folder);
        spark = cluster.session();
    }

    @AfterAll
    static void stop() {
        spark.stop();
        cluster.close();
    }

    @Test
    void spectrum_onTwoWorkers_equalsOneTask() {
        double[][] rows = LocalSpark.embeddings(600, 2, 32, 8);
        String table = folder.resolve("z.parquet").toString();
        LocalSpark.apart(spark, rows, 2, 6).write().parquet(table);
        CentroidSpectrum found =
                SparkSpectrum.of(spark.read().parquet(table), true).all();
        CentroidBlock alone = new CentroidBlock(32, 2);
        for (int n = 0; n < 600; n++) {
            assertThat(alone.add(new double[][] {rows[2 * n], rows[2 * n + 1]})).isEmpty();
        }
        CentroidSpectrum expected = CentroidSpectrum.of(alone.sum());
        assertThat(found.nuclearNorm()).isCloseTo(expected.nuclearNorm(), within(1e-11 * expected.nuclearNorm()));
        assertThat(found.samples()).isEqualTo(600);
        assertThat(found.alignment().orElseThrow())
                .isCloseTo(expected.alignment().orElseThrow(), within(1e-12));
    }

    @Test
    void capacity_onTwoWorkers_isThatInMemory() {
        SparkCapacityTest.Clouds clouds = SparkCapacityTest.Clouds.draw(8, 12, 16);
        CapacityOptions options = new CapacityOptions(0, 60, 1);
        String table = folder.resolve("classes.parquet").toString();
        clouds.table(spark).write().parquet(table);
        SparkCapacityTest.assertSame(
                SparkCapacity.of(spark.read().parquet(table), options),
                new CapacityRun(options, 2).measure(clouds, (stage, done, total) -> {}));
    }

    @Test
    void spectrum_anExecutorDiesAtWork_countsEverySampleOnce() {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        JavaRDD<EmbeddedSample> points = UniformSamples.of(context, 2000, 8, 1, 6);
        CentroidSpectrum found = SparkSpectrum.of(points.map(StandaloneClusterTest::dyingOnce), false)
                .all();
        assertThat(found.samples()).isEqualTo(2000);
        CentroidSpectrum expected = SparkSpectrum.of(points, false).all();
        assertThat(found.nuclearNorm()).isCloseTo(expected.nuclearNorm(), within(1e-10));
    }

    @Test
    void embed_anExecutorDiesAtWork_leavesNoRowTwice() throws IOException {
        EncoderFixture fixture = EncoderFixture.in(folder);
        JavaRDD<EncodedPicture> pictures = PictureTable.open(
                        spark, fixture.pictures().toString(), PictureTable.Format.pictures)
                .repartition(4)
                .map(StandaloneClusterTest::dyingOnce);
        String out = folder.resolve("features").toString();
        SparkEmbedder.Result result = SparkEmbedder.embed(spark, fixture.encoder(), Precision.FP32, pictures, out, 3);
        assertThat(result.rows()).isEqualTo(EncoderFixture.COUNT);
        fixture.assertEqual(spark.read().parquet(out).collectAsList(), name -> name);
    }

    @Test
    void tasks_onTheCluster_runInTwoOtherProcesses() {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        List<String> where = context.parallelize(List.of(1, 2, 3, 4, 5, 6, 7, 8), 8)
                .map(i -> SparkEnv.get().executorId() + " "
                        + ProcessHandle.current().pid())
                .collect();
        assertThat(new HashSet<>(where))
                .hasSize(2)
                .noneMatch(name -> name.endsWith(" " + ProcessHandle.current().pid()));
    }

    /** Ends the executor in the middle of its partition, after a batch has been written. */
    private static EncodedPicture dyingOnce(EncodedPicture picture) {
        TaskContext task = TaskContext.get();
        if (task.partitionId() == 2 && isFirst(task) && SEEN.incrementAndGet() == 5) {
            Runtime.getRuntime().halt(1);
        }
        return picture;
    }

    /** Attempts of a task are counted anew in each attempt of its stage, which follows a lost shuffle. */
    private static boolean isFirst(TaskContext task) {
        return task.stageAttemptNumber() == 0 && task.attemptNumber() == 0;
    }

    private static EmbeddedSample dyingOnce(EmbeddedSample sample) {
        TaskContext task = TaskContext.get();
        if (task.partitionId() == 3 && isFirst(task) && sample.name().endsWith("1100")) {
            Runtime.getRuntime().halt(1);
        }
        return sample;
    }
}
