package org.mmcr.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.column.ParquetProperties;
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

/** Writes a small table of texts and numbers as Parquet, in one row group that is held in memory. */
public final class ParquetTableWriter {
    private static final int GROUP_BYTES = 1 << 23;
    private static final @Nullable FileEncryptionProperties NOT_ENCRYPTED = null;

    private ParquetTableWriter() {}

    /**
     * Writes a table.
     *
     * @param columns the values of each column by its name, in order: lists of equal length, of {@link String}, where
     *     an empty one is null, or of {@link Double}
     */
    public static void write(Path file, Map<String, List<?>> columns) throws IOException {
        List<Type> types = new ArrayList<>();
        columns.forEach((name, values) -> types.add(type(name, values)));
        MessageType schema = new MessageType("table", types);
        int rows = columns.values().iterator().next().size();
        ParquetProperties properties = ParquetProperties.builder().build();
        try (ParquetFileWriter writer = new ParquetFileWriter(
                new LocalOutputFile(file),
                schema,
                ParquetFileWriter.Mode.OVERWRITE,
                GROUP_BYTES,
                0,
                NOT_ENCRYPTED,
                properties)) {
            writer.start();
            if (rows > 0) {
                writer.startBlock(rows);
                write(writer, schema, properties, columns);
                writer.endBlock();
            }
            writer.end(new LinkedHashMap<>());
        }
    }

    private static Type type(String name, List<?> values) {
        return values.stream().allMatch(Double.class::isInstance) && !values.isEmpty()
                ? Types.required(PrimitiveTypeName.DOUBLE).named(name)
                : Types.optional(PrimitiveTypeName.BINARY)
                        .as(LogicalTypeAnnotation.stringType())
                        .named(name);
    }

    private static void write(
            ParquetFileWriter writer, MessageType schema, ParquetProperties properties, Map<String, List<?>> columns)
            throws IOException {
        try (ColumnChunkPageWriteStore pages = new ColumnChunkPageWriteStore(
                        new ParquetCodecs().getCompressor(CompressionCodecName.UNCOMPRESSED),
                        schema,
                        HeapByteBufferAllocator.getInstance(),
                        properties.getColumnIndexTruncateLength());
                ColumnWriteStore store = properties.newColumnWriteStore(schema, pages)) {
            List<List<?>> values = List.copyOf(columns.values());
            for (int row = 0; row < values.get(0).size(); row++) {
                for (int c = 0; c < values.size(); c++) {
                    write(
                            store.getColumnWriter(schema.getColumns().get(c)),
                            values.get(c).get(row));
                }
                store.endRecord();
            }
            store.flush();
            pages.flushToFileWriter(writer);
        }
    }

    private static void write(ColumnWriter column, Object value) {
        if (value instanceof Double number) {
            column.write(number.doubleValue(), 0, 0);
        } else if (String.valueOf(value).isEmpty()) {
            column.writeNull(0, 0);
        } else {
            column.write(Binary.fromString(String.valueOf(value)), 0, 1);
        }
    }
}
