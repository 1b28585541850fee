package org.mmcr.analysis.embed;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import org.mmcr.data.DataSource;
import org.mmcr.data.ParquetEmbeddingWriter;

/** Writes Parquet with the columns {@code path}, {@code label}, {@code embedding}, and the provenance as metadata. */
final class ParquetRows implements RowSink, Closeable {
    private final DataSource source;
    private final ParquetEmbeddingWriter writer;

    ParquetRows(Path file, DataSource source, Provenance provenance) throws IOException {
        this.source = source;
        writer = new ParquetEmbeddingWriter(
                file, provenance.dimension(), Map.of("mmcr", provenance.json().toString()));
    }

    @Override
    public void write(int first, ByteBuffer rows) throws IOException {
        for (int row = first; rows.hasRemaining(); row++) {
            writer.write(source.name(row), LabelCsv.label(source, row), rows);
        }
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }
}
