package org.mmcr.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnReadStore;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.FileFailure;

/**
 * A Parquet file that is read once from the first row to the last. Only the requested columns of one row group are in
 * memory, and they stay compressed. Not thread-safe.
 */
final class ParquetTable implements AutoCloseable {
    /** The first and the last four bytes of every Parquet file. */
    private static final String MAGIC = "PAR1";

    private final Path file;
    private final ParquetFileReader reader;
    private final FileMetaData description;
    private final List<ParquetColumn> columns;

    /** Receives the rows of a table in order. */
    @FunctionalInterface
    interface RowConsumer {
        /** Called with the values of the requested columns, in their order; they are valid during the call. */
        void accept(long row, List<ParquetCell> cells) throws IOException;
    }

    private ParquetTable(Path file, ParquetFileReader reader) {
        this.file = file;
        this.reader = reader;
        description = reader.getFooter().getFileMetaData();
        columns = description.getSchema().getColumns().stream()
                .map(column -> ParquetColumn.of(description.getSchema(), column))
                .toList();
    }

    /**
     * Opens a file and reads its metadata.
     *
     * @throws MmcrException if it is no Parquet file, or is cut short
     */
    static ParquetTable open(Path file) {
        ParquetReadOptions options = ParquetReadOptions.builder(new PlainParquetConfiguration())
                .withCodecFactory(new ParquetCodecs())
                .build();
        try {
            requireEnd(file);
            return new ParquetTable(file, new ParquetFileReader(new LocalInputFile(file), options));
        } catch (IOException | RuntimeException e) {
            throw damaged(file, e);
        }
    }

    /** Checks the end of the file; the library would report a wrong footer length instead of a cut file. */
    private static void requireEnd(Path file) throws IOException {
        ByteBuffer last = ByteBuffer.allocate(MAGIC.length());
        try (FileChannel channel = FileChannel.open(file)) {
            channel.read(last, Math.max(0, channel.size() - last.capacity()));
        }
        if (!new String(last.array(), StandardCharsets.US_ASCII).equals(MAGIC)) {
            throw new IOException("it does not end in " + MAGIC);
        }
    }

    List<ParquetColumn> columns() {
        return columns;
    }

    Optional<ParquetColumn> column(String name) {
        return columns.stream().filter(column -> column.name().equals(name)).findFirst();
    }

    /** Returns the number of rows. */
    long rows() {
        return reader.getRecordCount();
    }

    /** Returns the key-value metadata of the file. */
    Map<String, String> metadata() {
        return description.getKeyValueMetaData();
    }

    /** Returns names and types of the columns for messages. */
    String describe() {
        return columns.stream()
                .limit(12)
                .map(column -> column.name() + " (" + column.type() + ")")
                .collect(Collectors.joining(", "));
    }

    /**
     * Reads every row; to be called once.
     *
     * @throws MmcrException if the content is damaged
     */
    void read(List<ParquetColumn> wanted, RowConsumer consumer) {
        reader.setRequestedSchema(wanted.stream().map(ParquetColumn::descriptor).toList());
        long row = 0;
        for (PageReadStore group = next(); group != null; group = next()) {
            row = readGroup(group, row, wanted, consumer);
            group.close();
        }
    }

    private @Nullable PageReadStore next() {
        try {
            return reader.readNextRowGroup();
        } catch (IOException | RuntimeException e) {
            throw damaged(file, e);
        }
    }

    private long readGroup(PageReadStore group, long first, List<ParquetColumn> wanted, RowConsumer consumer) {
        long row = first;
        try {
            ColumnReadStore store = new ColumnReadStoreImpl(
                    group, new NoRecords(description.getSchema()), description.getSchema(), description.getCreatedBy());
            List<ParquetCell> cells = wanted.stream()
                    .map(column -> new ParquetCell(column, reader(store, column)))
                    .toList();
            for (long end = first + group.getRowCount(); row < end; row++) {
                consumer.accept(row, cells);
                cells.forEach(ParquetCell::advance);
            }
        } catch (MmcrException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw damaged(file, e);
        }
        return row;
    }

    private static ColumnReader reader(ColumnReadStore store, ParquetColumn column) {
        return store.getColumnReader(column.descriptor());
    }

    private static MmcrException damaged(Path file, Exception cause) {
        if (cause instanceof FileSystemException failure) {
            return FileFailure.exception("a Parquet file at " + file, failure, "copy or download it again");
        }
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return new MmcrException(
                "expected a whole Parquet file at " + file + ", found: "
                        + String.valueOf(root.getMessage() == null ? root : root.getMessage())
                                .replaceAll("\\S*LocalInputFile\\S*", "it")
                                .replaceAll("\\s+", " ")
                        + "; copy or download it again",
                cause);
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (IOException e) {
            throw FileFailure.exception("to close " + file, e, "try again");
        }
    }

    /** The converter that Parquet requires for assembling records, which are not assembled here. */
    private static final class NoRecords extends GroupConverter {
        private final GroupType type;

        NoRecords(GroupType type) {
            this.type = type;
        }

        @Override
        public Converter getConverter(int field) {
            Type child = type.getType(field);
            return child.isPrimitive() ? new PrimitiveConverter() {} : new NoRecords(child.asGroupType());
        }

        @Override
        public void start() {}

        @Override
        public void end() {}
    }
}
