package org.mmcr.spark;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.monotonically_increasing_id;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.IOUtils;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.util.TaskCompletionListener;
import org.mmcr.core.MmcrException;
import org.mmcr.data.PictureDecoder;
import org.mmcr.data.io.FileFailure;

/** A table of encoded pictures, read by the tasks that embed them. */
final class PictureTable {
    /** Storage format of pictures. */
    enum Format {
        /** Files in folders; the first folder below the root is the class. */
        pictures,
        /**
         * A column {@code image}, a struct with {@code bytes}, and optional columns {@code path} and {@code label}.
         */
        parquet,
        /** TAR shards (WebDataset), one task per shard. */
        webdataset
    }

    private PictureTable() {}

    static JavaRDD<EncodedPicture> open(SparkSession spark, String location, Format format) {
        return switch (format) {
            case pictures -> files(spark, location);
            case parquet -> parquet(spark.read().parquet(location));
            case webdataset -> shards(spark, location);
        };
    }

    private static JavaRDD<EncodedPicture> files(SparkSession spark, String location) {
        String root = qualified(spark, location) + "/";
        return spark.read()
                .format("binaryFile")
                .option("recursiveFileLookup", "true")
                .load(location)
                .select("path", "content")
                .filter((Row row) -> PictureDecoder.isPicture(row.getString(0)))
                .toJavaRDD()
                .map(row -> {
                    String path = row.getString(0);
                    String name = path.startsWith(root) ? path.substring(root.length()) : path;
                    int slash = path.startsWith(root) ? name.indexOf('/') : -1;
                    return new EncodedPicture(name, slash < 0 ? "" : name.substring(0, slash), row.getAs(1));
                });
    }

    private static String qualified(SparkSession spark, String location) {
        Path path = new Path(location);
        try {
            return path.getFileSystem(spark.sparkContext().hadoopConfiguration())
                    .makeQualified(path)
                    .toString();
        } catch (IOException e) {
            throw FileFailure.exception("pictures at " + location, e, "check the path");
        }
    }

    private static JavaRDD<EncodedPicture> parquet(Dataset<Row> table) {
        List<String> columns = Arrays.asList(table.columns());
        if (!columns.contains("image")
                || !table.schema().apply("image").dataType().catalogString().contains("bytes:binary")) {
            throw new MmcrException("expected a column image, a struct with bytes, found "
                    + table.schema().catalogString() + "; rename the columns");
        }
        boolean inside =
                table.schema().apply("image").dataType().catalogString().contains("path:string");
        Column path = columns.contains("path")
                ? col("path")
                : inside ? col("image.path") : lit("").cast(DataTypes.StringType);
        Column label = columns.contains("label") ? EmbeddingTable.label(table) : lit("");
        // A picture without a path has a name of its own, so that every broken one is counted.
        Column number = concat(lit("row "), monotonically_increasing_id().cast(DataTypes.StringType));
        return table.select(coalesce(path, number), label, col("image.bytes"))
                .toJavaRDD()
                .map(row -> new EncodedPicture(
                        row.getString(0),
                        row.getString(1),
                        Optional.ofNullable(row.<byte[]>getAs(2)).orElse(new byte[0])));
    }

    private static JavaRDD<EncodedPicture> shards(SparkSession spark, String location) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        return context.binaryFiles(location, context.defaultParallelism())
                .filter(file -> file._1().endsWith(".tar"))
                .flatMap(file -> {
                    String name = file._1().substring(file._1().lastIndexOf('/') + 1);
                    InputStream content = file._2().open();
                    TaskContext.get()
                            .addTaskCompletionListener((TaskCompletionListener) task -> IOUtils.closeStream(content));
                    return new ShardPictures(name, content);
                });
    }
}
