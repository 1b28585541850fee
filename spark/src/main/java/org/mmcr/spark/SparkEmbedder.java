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
import org.mmcr.train.encoder.Precision;

/**
 * Features of any number of pictures, as Parquet with {@code path}, {@code label} and {@code embedding}.
 *
 * <p>The weights go to every executor once; the first task there makes the encoder, and the tasks of an executor decode side
 * by side and use it in turn. A task holds one batch. What a task wrote counts when it has finished, so one that dies and is
 * run again leaves nothing twice.
 */
final class SparkEmbedder {
    private static final StructType SCHEMA = new StructType()
            .add("path", DataTypes.StringType, false)
            .add("label", DataTypes.StringType)
            .add("embedding", DataTypes.createArrayType(DataTypes.FloatType, false), false);

    private SparkEmbedder() {}

    /**
     * What came of it.
     *
     * @param rows pictures embedded
     * @param broken pictures that could not be read, and why; they have no row
     */
    record Result(long rows, Map<String, String> broken) {}

    /**
     * Embeds.
     *
     * @param encoder a safetensors file of an encoder of pictures, as {@code mmcr export} writes it
     * @param pictures to embed
     * @param out a folder that is not there yet
     * @param batch pictures that go through the encoder together
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
        spark.createDataFrame(rows, SCHEMA)
                .write()
                .option("compression", "zstd")
                .parquet(out);
        // By name: a task that was run twice tells twice.
        Map<String, String> reasons = new TreeMap<>();
        broken.value().forEach(pair -> reasons.put(pair.get(0), pair.get(1)));
        return new Result(spark.read().parquet(out).count(), reasons);
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new MmcrException("expected a safetensors file of an encoder, found " + e + "; check the path", e);
        }
    }
}
