package org.mmcr.spark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.FileFailure;

/**
 * An output of a job on any file system of Spark. It is written beside its place under a name of its own and renamed,
 * so that the whole output is there or nothing, also when two jobs write the same one.
 */
final class JobOutput {
    /** Writes everything to a given path. */
    private interface Content {
        void writeTo(Path part) throws IOException;
    }

    private final FileSystem files;
    private final Configuration hadoop;
    private final Path target;

    private JobOutput(SparkSession session, String name) throws IOException {
        hadoop = session.sparkContext().hadoopConfiguration();
        Path given = new Path(name);
        files = given.getFileSystem(hadoop);
        target = files.makeQualified(given);
    }

    /**
     * Throws if there is something in an output's place.
     *
     * @param remedy what to do then
     */
    static void requireNone(SparkSession session, String name, String remedy) {
        try {
            JobOutput output = new JobOutput(session, name);
            if (output.files.exists(output.target)) {
                throw exists(name, remedy);
            }
        } catch (IOException e) {
            throw unwritable(name, e);
        }
    }

    /** Writes a folder of Parquet files, where there is nothing yet. */
    static void parquet(SparkSession session, Dataset<Row> rows, String name) {
        requireNone(session, name, "give another name");
        try {
            new JobOutput(session, name)
                    .write(
                            part -> rows.write().option("compression", "zstd").parquet(part.toString()),
                            Options.Rename.NONE);
        } catch (FileAlreadyExistsException e) {
            throw exists(name, "another job has written it meanwhile; give another name");
        } catch (IOException e) {
            throw unwritable(name, e);
        }
    }

    /** Writes a text file in UTF-8, replacing an older one. */
    static void text(SparkSession session, String name, String text) {
        try {
            JobOutput output = new JobOutput(session, name);
            output.write(
                    part -> {
                        try (FSDataOutputStream out = output.files.create(part, true)) {
                            out.write(text.getBytes(StandardCharsets.UTF_8));
                        }
                    },
                    Options.Rename.OVERWRITE);
        } catch (IOException e) {
            throw unwritable(name, e);
        }
    }

    private void write(Content content, Options.Rename rename) throws IOException {
        Path part = new Path(target.getParent(), "." + target.getName() + "." + UUID.randomUUID() + ".part");
        try {
            content.writeTo(part);
            FileContext.getFileContext(target.toUri(), hadoop).rename(part, target, rename);
        } finally {
            files.delete(part, true); // nothing, once it is renamed
        }
    }

    private static MmcrException exists(String name, String remedy) {
        return new MmcrException("expected nothing at " + name + ", found a file or folder; " + remedy);
    }

    private static MmcrException unwritable(String name, IOException e) {
        return FileFailure.exception("to write " + name, e, "check the folder and the space left");
    }
}
