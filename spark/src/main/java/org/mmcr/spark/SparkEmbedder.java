package org.mmcr.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.CollectionAccumulator;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.FileFailure;
import org.mmcr.train.encoder.Precision;

/**
 * Writes features of any number of pictures as Parquet with {@code path}, {@code label} and {@code embedding}.
 *
 * <p>The weights are broadcast once per executor, and its first task builds the encoder. The tasks of an executor
 * decode in parallel and use the encoder in turn. A task holds one batch. The output of a task is committed when the
 * task ends, so a retried task writes no row twice.
 */
final class SparkEmbedder {
    private static final StructType SCHEMA = new StructType()
            .add("path", DataTypes.StringType, false)
            .add("label", DataTypes.StringType)
            .add("embedding", DataTypes.createArrayType(DataTypes.FloatType, false), false);

    private SparkEmbedder() {}

    /**
     * Result of a job.
     *
     * @param rows number of embedded pictures
     * @param broken reason for each picture that could not be read; such pictures have no row
     */
    record Result(long rows, Map<String, String> broken) {}

    /**
     * Embeds pictures.
     *
     * @param encoder safetensors file of an encoder of pictures, written by {@code mmcr export}
     * @param pictures pictures to embed
     * @param out folder that does not exist yet
     * @param batch number of pictures in a forward pass
     */
    static Result embed(
            SparkSession spark,
            Path encoder,
            Precision precision,
            JavaRDD<EncodedPicture> pictures,
            String out,
            int batch) {
        if (batch < 1) {
            throw new MmcrException("expected a batch of at least 1, found " + batch + "; 64 is usual");
        }
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        Broadcast<byte[]> weights = context.broadcast(bytes(encoder));
        CollectionAccumulator<List<String>> broken = spark.sparkContext().collectionAccumulator("broken pictures");
        JavaRDD<Row> rows = pictures.mapPartitions(part -> new EmbeddedRows(
                part,
                ExecutorEncoder.of(weights, precision),
                batch,
                (path, reason) -> broken.add(List.of(path, reason))));
        JobOutput.parquet(spark, spark.createDataFrame(rows, SCHEMA), out);
        // Grouped by name: a retried task reports a picture twice.
        Map<String, String> reasons = new TreeMap<>();
        broken.value().forEach(pair -> reasons.put(pair.get(0), pair.get(1)));
        return new Result(spark.read().parquet(out).count(), reasons);
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw FileFailure.exception("a safetensors file of an encoder at " + file, e, "check the path");
        }
    }
}
