package org.mmcr.analysis.embed;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.data.LabelFile;
import org.mmcr.data.io.AtomicFiles;
import org.mmcr.data.io.FileFailure;
import org.mmcr.train.evaluate.FeatureExtractor;
import org.mmcr.train.evaluate.ProgressListener;

/**
 * Embeds a source into a file. Finished rows are stored beside the file (see {@link PartialFile}), so a pass that was
 * killed resumes from them and produces the same bytes. Memory is a few batches.
 */
public final class EmbeddingExport {
    private final Path target;
    private final EmbeddingFormat format;
    private final DataSource source;
    private final Provenance provenance;
    private Consumer<Path> finished = rows -> {};

    public EmbeddingExport(Path target, DataSource source, Provenance provenance) {
        this.target = target.toAbsolutePath();
        format = EmbeddingFormat.of(target);
        this.source = source;
        this.provenance = provenance;
    }

    /** Features of the source in its order. */
    @FunctionalInterface
    private interface Rows {
        void from(int before, ProgressListener progress, RowSink sink) throws IOException;
    }

    /** Passes all rows as a {@code .npy} file to {@code keeper} when they are complete; a CSV file has no such rows. */
    public EmbeddingExport keeping(Consumer<Path> keeper) {
        finished = keeper;
        return this;
    }

    /**
     * Writes the file from features that exist, without computing any.
     *
     * @param features {@code .npy} of float32 (N, F) in the order of the source
     */
    public void copy(Path features, ProgressListener progress) {
        NpyFormat stored = new NpyFormat(provenance.rows(), provenance.dimension());
        run(1, progress, (before, listener, sink) -> {
            stored.forEach(features, before, provenance.rows(), sink);
            listener.done(provenance.rows());
        });
    }

    /**
     * Embeds the remaining rows and writes the file.
     *
     * @param progress receives the number of finished rows, those of an earlier pass included
     * @return the number of rows that an earlier pass had finished
     */
    public int run(FeatureExtractor extractor, ProgressListener progress) {
        return run(extractor.batch(), progress, (before, listener, sink) -> embed(extractor, before, listener, sink));
    }

    private int run(int batch, ProgressListener progress, Rows features) {
        try {
            Files.createDirectories(Optional.ofNullable(target.getParent()).orElseThrow());
            RowFormat rows = format == EmbeddingFormat.CSV
                    ? new CsvFormat(source, provenance.dimension())
                    : new NpyFormat(provenance.rows(), provenance.dimension());
            try (PartialFile partial = PartialFile.open(target, provenance, rows, batch)) {
                int before = partial.written();
                make(partial, features, progress);
                partial.discard();
                return before;
            }
        } catch (UncheckedIOException e) {
            throw unwritable(target, e.getCause());
        } catch (IOException e) {
            throw unwritable(target, e);
        }
    }

    private static MmcrException unwritable(Path file, IOException e) {
        return FileFailure.exception(
                "to write " + file, e, "check the folder and the space left, then repeat the command to resume");
    }

    private void make(PartialFile rows, Rows features, ProgressListener progress) throws IOException {
        if (format == EmbeddingFormat.PARQUET) {
            AtomicFiles.write(target, file -> makeParquet(rows, features, progress, file));
            finished.accept(rows.file());
            return;
        }
        try (PeriodicFlush commits = new PeriodicFlush(rows::commit)) {
            features.from(rows.written(), progress, (first, values) -> {
                rows.write(first, values);
                commits.check();
            });
        }
        rows.force();
        if (format == EmbeddingFormat.NPY) {
            writeNames(source, target);
            finished.accept(rows.file());
        }
        Files.move(rows.file(), target, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Writes the rows, and a file whose format cannot be resumed, between two forward passes: a thread beside a pass
     * that uses every core would delay all of them. Both are forced to disk as they grow, so that little remains to be
     * written at the end.
     */
    private void makeParquet(PartialFile rows, Rows features, ProgressListener progress, Path file) throws IOException {
        int before = rows.written();
        try (ParquetRows made = new ParquetRows(file, source, provenance);
                PeriodicFlush commits = new PeriodicFlush(() -> {
                    rows.commit();
                    AtomicFiles.force(file);
                })) {
            new NpyFormat(provenance.rows(), provenance.dimension()).forEach(rows.file(), 0, before, made);
            features.from(before, progress, (first, values) -> {
                rows.write(first, values.duplicate());
                made.write(first, values);
                commits.check();
            });
        }
    }

    private void embed(FeatureExtractor extractor, int before, ProgressListener progress, RowSink sink) {
        if (before == source.size()) {
            return;
        }
        DataSource rest = DataSources.subset(
                source, IntStream.range(before, source.size()).toArray());
        extractor.stream(
                rest, (first, block) -> write(sink, before + first, block), done -> progress.done(before + done));
    }

    private static void write(RowSink sink, int first, Tensor block) {
        BytePointer memory = new BytePointer(block.data_ptr()).capacity(block.nbytes());
        try {
            sink.write(first, memory.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns whether a pass that writes this file was stopped, so that the next one may continue it. */
    public static boolean isInterrupted(Path file) {
        return PartialFile.isBeside(file);
    }

    /** Returns the file for the names and labels of a {@code .npy} file's rows. */
    public static Path namesFile(Path npy) {
        return npy.resolveSibling(npy.getFileName().toString().replaceFirst("(?i)\\.npy$", "") + ".csv");
    }

    /**
     * Writes the names and labels of a source beside a {@code .npy} file, one line a sample, and returns their file.
     */
    public static Path writeNames(DataSource source, Path npy) {
        Path names = namesFile(npy);
        try {
            AtomicFiles.write(names, file -> LabelCsv.write(source, file));
            return names;
        } catch (IOException e) {
            throw unwritable(names, e);
        }
    }

    /** Whether a file has the header of the names and labels beside a {@code .npy} file. */
    public static boolean isNamesFile(Path file) {
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            return LabelFile.HEADER.equals(reader.readLine());
        } catch (IOException e) {
            return false; // no text, or not readable
        }
    }
}
