package org.mmcr.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.crypto.FileEncryptionProperties;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/**
 * Writes embeddings as Parquet with the columns {@code path} (string), {@code label} (string, null where there is
 * none) and {@code embedding} (list of float), row by row, in the memory of one row group. Pages are plain and not
 * compressed, so that every reader knows them and a small encoder is not kept waiting.
 */
public final class ParquetEmbeddingWriter implements AutoCloseable {
    private static final Type PATH = Types.required(PrimitiveTypeName.BINARY)
            .as(LogicalTypeAnnotation.stringType())
            .named("path");
    private static final Type LABEL = Types.optional(PrimitiveTypeName.BINARY)
            .as(LogicalTypeAnnotation.stringType())
            .named("label");
    /** A list of floats in three levels: the one layout that every reader knows. */
    private static final Type EMBEDDING =
            Types.requiredList().requiredElement(PrimitiveTypeName.FLOAT).named("embedding");

    private static final MessageType SCHEMA = new MessageType("embeddings", PATH, LABEL, EMBEDDING);
    private static final ColumnDescriptor VALUES = SCHEMA.getColumns().get(2);
    private static final @Nullable FileEncryptionProperties NOT_ENCRYPTED = null;
    /** A row group is written at once while the features of the next rows are computed: milliseconds at this size. */
    private static final int GROUP_BYTES = 1 << 23;

    /** Paths are unique and floats rarely repeat, so a dictionary would only cost time. */
    private final ParquetProperties properties = ParquetProperties.builder()
            .withDictionaryEncoding("path", false)
            .withDictionaryEncoding(String.join(".", VALUES.getPath()), false)
            .withStatisticsEnabled(String.join(".", VALUES.getPath()), false)
            .withPageSize(1 << 18)
            .build();

    private final BytesInputCompressor uncompressed =
            new ParquetCodecs().getCompressor(CompressionCodecName.UNCOMPRESSED);
    private final ParquetFileWriter file;
    private final Map<String, String> metadata;
    private final int dimension;
    private final int groupRows;
    private RowGroup group;

    /** Begins {@code file}, for rows of {@code dimension} floats; {@code metadata} is stored in the footer. */
    public ParquetEmbeddingWriter(Path file, int dimension, Map<String, String> metadata) throws IOException {
        this.dimension = dimension;
        this.metadata = Map.copyOf(metadata);
        groupRows = Math.max(1, GROUP_BYTES / (dimension * Float.BYTES));
        this.file = new ParquetFileWriter(
                new LocalOutputFile(file),
                SCHEMA,
                ParquetFileWriter.Mode.OVERWRITE,
                GROUP_BYTES,
                0,
                NOT_ENCRYPTED,
                properties);
        this.file.start();
        group = new RowGroup();
    }

    /** Appends a row whose embedding is the next {@code dimension} float32, little-endian, of {@code values}. */
    public void write(String path, Optional<String> label, ByteBuffer values) throws IOException {
        group.write(path, label, values.order(ByteOrder.LITTLE_ENDIAN));
        if (group.rows == groupRows) {
            group.end();
            group = new RowGroup();
        }
    }

    /** Completes the file. */
    @Override
    public void close() throws IOException {
        try (file) {
            group.end();
            file.end(metadata);
        }
    }

    /** Rows that are written together. */
    private final class RowGroup {
        private final ColumnChunkPageWriteStore pages = new ColumnChunkPageWriteStore(
                uncompressed, SCHEMA, HeapByteBufferAllocator.getInstance(), properties.getColumnIndexTruncateLength());
        private final ColumnWriteStore columns = properties.newColumnWriteStore(SCHEMA, pages);
        private final ColumnWriter paths =
                columns.getColumnWriter(SCHEMA.getColumns().get(0));
        private final ColumnWriter labels =
                columns.getColumnWriter(SCHEMA.getColumns().get(1));
        private final ColumnWriter embeddings = columns.getColumnWriter(VALUES);
        private long rows;

        void write(String path, Optional<String> label, ByteBuffer values) {
            paths.write(Binary.fromString(path), 0, 0);
            if (label.isPresent()) {
                labels.write(Binary.fromString(label.get()), 0, 1);
            } else {
                labels.writeNull(0, 0);
            }
            for (int i = 0; i < dimension; i++) {
                embeddings.write(values.getFloat(), i == 0 ? 0 : 1, 1);
            }
            columns.endRecord();
            rows++;
        }

        void end() throws IOException {
            try (pages;
                    columns) {
                if (rows > 0) {
                    file.startBlock(rows);
                    columns.flush();
                    pages.flushToFileWriter(file);
                    file.endBlock();
                }
            }
        }
    }
}
