package org.mmcr.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridValuesWriter;
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
 * none) and {@code embedding} (list of float), row by row, in the memory of one row group.
 *
 * <p>Rows of one length lie in a page of plain floats just as they lie in memory, below levels that are the same in
 * every full page. So a row is copied in one piece, and not handed over value by value, which took longer than a small
 * encoder. Pages of bfloat16 numbers, which a pass in that precision yields, are written by a dictionary instead, in
 * half the space. Nothing is compressed: to halve the rest took another fifth of a small encoder's time.
 */
public final class ParquetEmbeddingWriter implements AutoCloseable {
    private static final Type PATH = Types.required(PrimitiveTypeName.BINARY)
            .as(LogicalTypeAnnotation.stringType())
            .named("path");
    private static final Type LABEL = Types.optional(PrimitiveTypeName.BINARY)
            .as(LogicalTypeAnnotation.stringType())
            .named("label");
    /** A plain list of plainly stored floats: the one layout that every reader knows. */
    private static final Type EMBEDDING =
            Types.requiredList().requiredElement(PrimitiveTypeName.FLOAT).named("embedding");

    private static final MessageType SCHEMA = new MessageType("embeddings", PATH, LABEL, EMBEDDING);
    private static final MessageType NAMES = new MessageType("embeddings", PATH, LABEL);
    private static final ColumnDescriptor VALUES = SCHEMA.getColumns().get(2);

    private static final @Nullable FileEncryptionProperties NOT_ENCRYPTED = null;

    private static final int PAGE_BYTES = 1 << 18;
    /**
     * A group is written as one piece while the pass that makes the rows goes on: of this size it is a matter of
     * milliseconds.
     */
    private static final int GROUP_PAGES = 32;

    /** No name occurs twice, so that a dictionary of names would be made in vain. */
    private final ParquetProperties properties =
            ParquetProperties.builder().withDictionaryEncoding("path", false).build();

    private final BytesInputCompressor stored = new ParquetCodecs().getCompressor(CompressionCodecName.UNCOMPRESSED);
    private final ParquetFileWriter file;
    private final Map<String, String> notes;
    private final int dimension;
    private final int pageRows;
    private final byte[] page;
    private final BytesInput fullPageLevels;
    private RowGroup group;
    private int rowsInPage;

    /** Begins {@code file}, for rows of {@code dimension} floats; {@code notes} are kept beside the columns. */
    public ParquetEmbeddingWriter(Path file, int dimension, Map<String, String> notes) throws IOException {
        this.dimension = dimension;
        this.notes = Map.copyOf(notes);
        pageRows = Math.max(1, PAGE_BYTES / (dimension * Float.BYTES));
        page = new byte[pageRows * dimension * Float.BYTES];
        fullPageLevels = levels(pageRows).copy(HeapByteBufferAllocator.getInstance(), released -> {});
        this.file = new ParquetFileWriter(
                new LocalOutputFile(file),
                SCHEMA,
                ParquetFileWriter.Mode.OVERWRITE,
                (long) GROUP_PAGES * PAGE_BYTES,
                0,
                NOT_ENCRYPTED,
                properties);
        this.file.start();
        group = new RowGroup();
    }

    /** Appends a row whose embedding is the next {@code dimension} float32, little-endian, of {@code values}. */
    public void write(String path, Optional<String> label, ByteBuffer values) throws IOException {
        group.name(path, label);
        int row = dimension * Float.BYTES;
        values.get(page, rowsInPage * row, row);
        rowsInPage++;
        if (rowsInPage == pageRows) {
            writePage(fullPageLevels);
        }
        if (group.pages == GROUP_PAGES) {
            group.end();
            group = new RowGroup();
        }
    }

    /** Hands what there is to the row group. */
    private void writePage(BytesInput levels) throws IOException {
        group.values(levels, rowsInPage);
        rowsInPage = 0;
    }

    /** Repetition levels, 0 where a row begins, then definition levels, 1 throughout. */
    private BytesInput levels(int rows) {
        return BytesInput.concat(levels(rows, 0), levels(rows, 1));
    }

    private BytesInput levels(int rows, int first) {
        var writer =
                new RunLengthBitPackingHybridValuesWriter(1, 64, PAGE_BYTES, HeapByteBufferAllocator.getInstance());
        for (int row = 0; row < rows; row++) {
            writer.writeInteger(first);
            for (int i = 1; i < dimension; i++) {
                writer.writeInteger(1);
            }
        }
        return writer.getBytes();
    }

    /** Completes the file. */
    @Override
    public void close() throws IOException {
        try (file) {
            if (rowsInPage > 0) {
                writePage(levels(rowsInPage));
            }
            group.end();
            file.end(notes);
        }
    }

    /** Columns in the making. */
    private final class RowGroup {
        private final ColumnChunkPageWriteStore store = new ColumnChunkPageWriteStore(
                stored, SCHEMA, HeapByteBufferAllocator.getInstance(), properties.getColumnIndexTruncateLength());
        private final ColumnWriteStore names = properties.newColumnWriteStore(NAMES, store);
        private final ColumnWriter paths =
                names.getColumnWriter(NAMES.getColumns().get(0));
        private final ColumnWriter labels =
                names.getColumnWriter(NAMES.getColumns().get(1));
        private final RoundedDictionary dictionary = new RoundedDictionary();
        private long rows;
        private int pages;

        void name(String path, Optional<String> label) {
            paths.write(Binary.fromString(path), 0, 0);
            if (label.isPresent()) {
                labels.write(Binary.fromString(label.get()), 0, 1);
            } else {
                labels.writeNull(0, 0);
            }
            names.endRecord();
            rows++;
        }

        void values(BytesInput levels, int count) throws IOException {
            int numbers = count * dimension;
            boolean rounded = RoundedDictionary.fits(page, numbers);
            BytesInput values = rounded
                    ? BytesInput.from(dictionary.encode(page, numbers))
                    : BytesInput.from(page, 0, numbers * Float.BYTES);
            store.getPageWriter(VALUES)
                    .writePage(
                            BytesInput.concat(levels, values),
                            numbers,
                            count,
                            Statistics.getBuilderForReading(VALUES.getPrimitiveType())
                                    .build(), // says that there are none
                            Encoding.RLE,
                            Encoding.RLE,
                            rounded ? Encoding.RLE_DICTIONARY : Encoding.PLAIN);
            pages++;
        }

        void end() throws IOException {
            try (store;
                    names) {
                if (rows > 0) {
                    file.startBlock(rows);
                    names.flush();
                    if (!dictionary.isEmpty()) {
                        store.getPageWriter(VALUES).writeDictionaryPage(dictionary.page());
                    }
                    store.flushToFileWriter(file);
                    file.endBlock();
                }
            }
        }
    }
}
