package org.mmcr.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;

/**
 * Writes embeddings as Parquet with the columns {@code path} (string), {@code label} (string, null where there is none) and
 * {@code embedding} (list of float), row by row, in the memory of one row group.
 */
public final class ParquetEmbeddingWriter implements AutoCloseable {
    /** A plain list of plainly stored floats: the one layout that every reader knows. */
    private static final MessageType SCHEMA = Types.buildMessage()
            .required(PrimitiveTypeName.BINARY)
            .as(LogicalTypeAnnotation.stringType())
            .named("path")
            .optional(PrimitiveTypeName.BINARY)
            .as(LogicalTypeAnnotation.stringType())
            .named("label")
            .requiredList()
            .requiredElement(PrimitiveTypeName.FLOAT)
            .named("embedding")
            .named("embeddings");

    private static final long ROW_GROUP_BYTES = 32L << 20;

    private final ParquetWriter<Row> writer;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Row(String path, Optional<String> label, float[] values, int offset, int count) {}

    /** Begins {@code file}; {@code notes} are kept beside the columns. */
    public ParquetEmbeddingWriter(Path file, Map<String, String> notes) throws IOException {
        writer = new Builder(file)
                .withConf(new PlainParquetConfiguration())
                .withCodecFactory(new ParquetCodecs())
                .withCompressionCodec(CompressionCodecName.ZSTD)
                .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
                .withRowGroupSize(ROW_GROUP_BYTES)
                .withDictionaryEncoding("embedding.list.element", false)
                .withExtraMetaData(notes)
                .build();
    }

    /** Appends a row whose embedding is {@code count} items of {@code values} from {@code offset} on. */
    public void write(String path, Optional<String> label, float[] values, int offset, int count) throws IOException {
        writer.write(new Row(path, label, values, offset, count));
    }

    /** Completes the file. */
    @Override
    public void close() throws IOException {
        writer.close();
    }

    private static final class Builder extends ParquetWriter.Builder<Row, Builder> {
        Builder(Path file) {
            super(new LocalOutputFile(file));
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        protected WriteSupport<Row> getWriteSupport(ParquetConfiguration configuration) {
            return new RowSupport();
        }

        @Override
        @SuppressWarnings("deprecation") // still abstract above
        protected WriteSupport<Row> getWriteSupport(Configuration configuration) {
            return new RowSupport();
        }
    }

    private static final class RowSupport extends WriteSupport<Row> {
        @SuppressWarnings("NullAway.Init") // prepareForWrite comes before any row
        private RecordConsumer consumer;

        @Override
        public WriteContext init(ParquetConfiguration configuration) {
            return new WriteContext(SCHEMA, Map.of());
        }

        @Override
        @SuppressWarnings("deprecation") // still abstract above
        public WriteContext init(Configuration configuration) {
            return new WriteContext(SCHEMA, Map.of());
        }

        @Override
        public void prepareForWrite(RecordConsumer target) {
            consumer = target;
        }

        @Override
        public void write(Row row) {
            consumer.startMessage();
            text(0, row.path());
            row.label().ifPresent(label -> text(1, label));
            consumer.startField("embedding", 2);
            consumer.startGroup();
            if (row.count() > 0) {
                consumer.startField("list", 0);
                for (int i = row.offset(); i < row.offset() + row.count(); i++) {
                    element(row.values()[i]);
                }
                consumer.endField("list", 0);
            }
            consumer.endGroup();
            consumer.endField("embedding", 2);
            consumer.endMessage();
        }

        private void element(float value) {
            consumer.startGroup();
            consumer.startField("element", 0);
            consumer.addFloat(value);
            consumer.endField("element", 0);
            consumer.endGroup();
        }

        private void text(int field, String value) {
            String name = SCHEMA.getFieldName(field);
            consumer.startField(name, field);
            consumer.addBinary(Binary.fromString(value));
            consumer.endField(name, field);
        }
    }
}
