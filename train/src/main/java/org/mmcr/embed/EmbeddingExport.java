package org.mmcr.embed;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.data.ParquetEmbeddingWriter;
import org.mmcr.evaluate.FeatureSink;
import org.mmcr.evaluate.ProgressListener;
import org.mmcr.run.AtomicFiles;

/**
 * Embeds a source into a file. Finished rows are kept beside it (see {@link PartialRows}), so a pass that was killed goes on
 * where it was and ends in the same bytes; when all rows are there the file is made of them. Memory is a few batches.
 */
public final class EmbeddingExport {
    private final Path target;
    private final EmbeddingFormat format;
    private final DataSource source;
    private final Provenance provenance;

    /** Embeds some datums, in order, block by block. */
    @FunctionalInterface
    public interface Embedder {
        void stream(DataSource data, FeatureSink sink, ProgressListener progress);
    }

    public EmbeddingExport(Path target, DataSource source, Provenance provenance) {
        this.target = target.toAbsolutePath();
        format = EmbeddingFormat.of(target);
        this.source = source;
        this.provenance = provenance;
    }

    /**
     * Embeds what is not embedded yet and writes the file.
     *
     * @param batch of the embedder
     * @param progress hears of rows of the whole source, those of an earlier pass included
     * @return how many rows an earlier pass had left
     */
    public int run(Embedder embedder, int batch, ProgressListener progress) {
        try {
            Files.createDirectories(Optional.ofNullable(target.getParent()).orElseThrow());
            try (PartialRows rows = PartialRows.open(target, provenance, batch)) {
                int before = rows.written();
                embed(embedder, rows, progress);
                rows.commit();
                finish(rows);
                rows.discard();
                return before;
            }
        } catch (IOException e) {
            throw new MmcrException(
                    "expected to write " + target + ", found " + e
                            + "; check the folder and the space left, then give the same command again to go on",
                    e);
        }
    }

    private void embed(Embedder embedder, PartialRows rows, ProgressListener progress) throws IOException {
        int before = rows.written();
        if (before == source.size()) {
            return;
        }
        DataSource rest = DataSources.subset(
                source, IntStream.range(before, source.size()).toArray());
        try {
            embedder.stream(rest, (first, block) -> append(rows, block), done -> progress.done(before + done));
        } catch (UnwritableException e) {
            throw e.cause;
        }
    }

    private static void append(PartialRows rows, Tensor block) {
        float[] values = new float[Math.toIntExact(block.numel())];
        block.data_ptr_float().get(values);
        try {
            rows.write(values, Math.toIntExact(block.size(0)));
        } catch (IOException e) {
            throw new UnwritableException(e);
        }
    }

    private void finish(PartialRows rows) throws IOException {
        switch (format) {
            case NPY -> {
                AtomicFiles.write(namesFile(target), this::writeNames);
                Files.move(rows.file(), target, StandardCopyOption.REPLACE_EXISTING);
            }
            case PARQUET -> AtomicFiles.write(target, file -> writeParquet(rows, file));
            case CSV -> AtomicFiles.write(target, file -> writeCsv(rows, file));
        }
    }

    /** Where the names and labels of a {@code .npy} file's rows go. */
    public static Path namesFile(Path npy) {
        return npy.resolveSibling(npy.getFileName().toString().replaceFirst("(?i)\\.npy$", "") + ".csv");
    }

    /** Writes one line a datum, {@code name,label}. */
    private void writeNames(Path file) throws IOException {
        writeNames(source, file);
    }

    /** Writes names and labels of a source as CSV, one line a datum. */
    public static void writeNames(DataSource source, Path file) throws IOException {
        try (BufferedWriter writer = Files.newBufferedWriter(file)) {
            writer.write("name,label\n");
            for (int i = 0; i < source.size(); i++) {
                writer.write(
                        quoted(source.name(i)) + "," + quoted(label(source, i).orElse("")) + "\n");
            }
        }
    }

    private void writeParquet(PartialRows rows, Path file) throws IOException {
        Map<String, String> notes = Map.of("mmcr", provenance.json().toString());
        int dimension = provenance.dimension();
        try (ParquetEmbeddingWriter writer = new ParquetEmbeddingWriter(file, notes)) {
            rows.forEach((row, values, offset) ->
                    writer.write(source.name(row), label(source, row), values, offset, dimension));
        }
    }

    private void writeCsv(PartialRows rows, Path file) throws IOException {
        int dimension = provenance.dimension();
        try (BufferedWriter writer = Files.newBufferedWriter(file)) {
            StringBuilder line = new StringBuilder("path,label");
            for (int i = 0; i < dimension; i++) {
                line.append(",e").append(i);
            }
            writer.append(line).append('\n');
            rows.forEach((row, values, offset) -> {
                line.setLength(0);
                line.append(quoted(source.name(row)))
                        .append(',')
                        .append(quoted(label(source, row).orElse("")));
                for (int i = offset; i < offset + dimension; i++) {
                    line.append(',').append(values[i]);
                }
                writer.append(line).append('\n');
            });
        }
    }

    private static Optional<String> label(DataSource source, int index) {
        return source.label(index).stream().mapToObj(source.classNames()::get).findFirst();
    }

    /** RFC 4180: quoted only where it has to be. */
    private static String quoted(String field) {
        return field.matches("[^\",\r\n]*") ? field : '"' + field.replace("\"", "\"\"") + '"';
    }

    /** Carries a failed write through the embedder. */
    private static final class UnwritableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final IOException cause;

        UnwritableException(IOException cause) {
            super(cause);
            this.cause = cause;
        }
    }
}
