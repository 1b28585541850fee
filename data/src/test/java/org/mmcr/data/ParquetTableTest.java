package org.mmcr.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnWriteStore;
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
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.core.MmcrException;

/** Reads files that DuckDB has written, and checks written files with DuckDB. */
class ParquetTableTest {
    private static final @Nullable FileEncryptionProperties NOT_ENCRYPTED = null;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"uncompressed", "snappy", "zstd", "gzip", "lz4_raw"})
    void read_everyCompression_valuesThatDuckDbWrote(String codec) throws SQLException {
        Path file = folder.resolve("x.parquet");
        DuckDb.run(
                "copy (select i::bigint as id, i / 7.0::double as ratio, (i % 5)::tinyint as small, i % 2 = 0 as even,"
                        + " case when i % 3 = 0 then null else 'name ' || i end as name,"
                        + " case when i % 11 = 0 then null else encode('b' || i) end as raw,"
                        + " date '2020-01-01' as day from range(5000) t(i)) to '" + file
                        + "' (format parquet, compression " + codec + ", row_group_size 2048)");
        try (ParquetTable table = ParquetTable.open(file)) {
            assertThat(table.columns())
                    .extracting(ParquetColumn::kind)
                    .containsExactly(
                            ParquetColumn.Kind.NUMBER,
                            ParquetColumn.Kind.NUMBER,
                            ParquetColumn.Kind.NUMBER,
                            ParquetColumn.Kind.NUMBER,
                            ParquetColumn.Kind.TEXT,
                            ParquetColumn.Kind.BYTES,
                            ParquetColumn.Kind.OTHER);
            long[] seen = {0};
            table.read(columns(table, "raw", "id", "name", "ratio", "even"), (row, cells) -> {
                assertThat(row).isEqualTo(seen[0]++);
                assertThat(cells.get(0).isPresent()).isEqualTo(row % 11 != 0);
                // Values that are not read are skipped: every second row leaves the blob unread.
                if (row % 11 != 0 && row % 2 == 0) {
                    assertThat(new String(cells.get(0).bytes(), StandardCharsets.UTF_8))
                            .isEqualTo("b" + row);
                }
                assertThat(cells.get(1).number()).isEqualTo((double) row);
                assertThat(cells.get(2).isPresent() ? cells.get(2).text() : "")
                        .isEqualTo(row % 3 == 0 ? "" : "name " + row);
                assertThat(cells.get(3).number()).isEqualTo(row / 7.0);
                assertThat(cells.get(4).number()).isEqualTo(row % 2 == 0 ? 1 : 0);
            });
            assertThat(seen[0]).isEqualTo(5000);
        }
    }

    @Test
    void read_lists_emptyNullAndWithNulls() throws SQLException {
        Path file = folder.resolve("lists.parquet");
        DuckDb.run(
                "copy (select * from (values ([1.5, 2.5]::float[]), ([]::float[]), (null::float[]), ([null, 3]::float[]),"
                        + " ([4]::float[])) t(v)) to '" + file + "' (format parquet)");
        List<List<Double>> lists = new ArrayList<>();
        try (ParquetTable table = ParquetTable.open(file)) {
            assertThat(table.column("v")).map(ParquetColumn::kind).contains(ParquetColumn.Kind.NUMBERS);
            table.read(columns(table, "v"), (row, cells) -> {
                List<Double> values = new ArrayList<>();
                if (row != 4) {
                    cells.get(0).numbers(values::add);
                }
                lists.add(values);
            });
        }
        assertThat(lists).containsExactly(List.of(1.5, 2.5), List.of(), List.of(), List.of(Double.NaN, 3.0), List.of());
    }

    @Test
    void columns_listsInAStruct_haveTheNamesOfTheirFields() throws SQLException {
        Path file = folder.resolve("struct.parquet");
        DuckDb.run("copy (select {'image': [1.5::float, 2.5::float], 'text': [3.5::float]} as emb, [4, 5] as v) to '"
                + file + "' (format parquet)");
        try (ParquetTable table = ParquetTable.open(file)) {
            assertThat(table.columns()).extracting(ParquetColumn::name).containsExactly("emb.image", "emb.text", "v");
        }
    }

    @Test
    void read_unsignedIntegers_areNotNegative() throws SQLException {
        Path file = folder.resolve("unsigned.parquet");
        DuckDb.run("copy (select 4000000000::uinteger as a, 18446744073709551615::ubigint as b, 7::ubigint as c) to '"
                + file + "' (format parquet)");
        try (ParquetTable table = ParquetTable.open(file)) {
            table.read(columns(table, "a", "b", "c"), (row, cells) -> {
                assertThat(cells.get(0).number()).isEqualTo(4e9);
                assertThat(cells.get(1).number()).isEqualTo(0x1p64);
                assertThat(cells.get(2).number()).isEqualTo(7);
            });
        }
    }

    /** 0x3555 is the float16 nearest to a third. */
    @Test
    void read_halfPrecision_exactValues() throws IOException {
        Path file = folder.resolve("half.parquet");
        writeHalves(file, (short) 0x3c00, (short) 0xc000, (short) 0x3555);
        List<Double> values = new ArrayList<>();
        try (ParquetTable table = ParquetTable.open(file)) {
            assertThat(table.column("x")).map(ParquetColumn::kind).contains(ParquetColumn.Kind.NUMBER);
            table.read(table.columns(), (row, cells) -> values.add(cells.get(0).number()));
        }
        assertThat(values).containsExactly(1.0, -2.0, 0.333251953125);
    }

    /** Writes a column x of float16, which DuckDB does not write. */
    private static void writeHalves(Path file, short... halves) throws IOException {
        MessageType schema = new MessageType(
                "table",
                Types.required(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY)
                        .length(Short.BYTES)
                        .as(LogicalTypeAnnotation.float16Type())
                        .named("x"));
        ParquetProperties properties = ParquetProperties.builder().build();
        try (ParquetFileWriter writer = new ParquetFileWriter(
                new LocalOutputFile(file),
                schema,
                ParquetFileWriter.Mode.OVERWRITE,
                1 << 20,
                0,
                NOT_ENCRYPTED,
                properties)) {
            writer.start();
            writer.startBlock(halves.length);
            try (ColumnChunkPageWriteStore pages = new ColumnChunkPageWriteStore(
                            new ParquetCodecs().getCompressor(CompressionCodecName.UNCOMPRESSED),
                            schema,
                            HeapByteBufferAllocator.getInstance(),
                            properties.getColumnIndexTruncateLength());
                    ColumnWriteStore store = properties.newColumnWriteStore(schema, pages)) {
                for (short half : halves) {
                    byte[] item = {(byte) half, (byte) (half >> 8)};
                    store.getColumnWriter(schema.getColumns().get(0)).write(Binary.fromConstantByteArray(item), 0, 0);
                    store.endRecord();
                }
                store.flush();
                pages.flushToFileWriter(writer);
            }
            writer.endBlock();
            writer.end(new HashMap<>());
        }
    }

    @Test
    void write_embeddings_duckDbReadsTheSame() throws Exception {
        Path file = folder.resolve("e.parquet");
        float[] values = new float[3000 * 64];
        Random random = new Random(3);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        values[0] = -0.0f;
        values[1] = Float.MIN_VALUE;
        try (ParquetEmbeddingWriter writer = new ParquetEmbeddingWriter(file, 64, Map.of("run", "first"))) {
            ByteBuffer rows = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
            rows.asFloatBuffer().put(values);
            for (int row = 0; row < 3000; row++) {
                Optional<String> label = row % 3 == 0 ? Optional.empty() : Optional.of("klasse ü" + row % 3);
                writer.write("a/" + row + ".png", label, rows);
            }
        }
        List<List<String>> rows =
                DuckDb.query("select path, coalesce(label, '-'), array_to_string(embedding, ' ') from '" + file
                        + "' where path in ('a/0.png', 'a/1.png', 'a/2999.png') order by path");
        assertThat(rows)
                .extracting(row -> row.get(0) + " " + row.get(1))
                .containsExactly("a/0.png -", "a/1.png klasse ü1", "a/2999.png klasse ü2");
        for (int i = 0; i < 3; i++) {
            int from = List.of(0, 1, 2999).get(i) * 64;
            String[] read = rows.get(i).get(2).split(" ", -1);
            assertThat(read).hasSize(64);
            for (int j = 0; j < 64; j++) {
                assertThat(Float.parseFloat(read[j])).isEqualTo(values[from + j]);
            }
        }
        assertThat(DuckDb.query("select typeof(path), typeof(label), typeof(embedding), count(*) from '" + file
                        + "' group by all"))
                .containsExactly(List.of("VARCHAR", "VARCHAR", "FLOAT[]", "3000"));
        try (ParquetTable table = ParquetTable.open(file)) {
            assertThat(table.metadata()).containsEntry("run", "first");
        }
    }

    @Test
    void write_moreThanARowGroupHolds_duckDbReadsSeveral() throws Exception {
        Path file = folder.resolve("groups.parquet");
        int numbers = 1 << 16; // A group of 8 MiB holds 32 rows.
        try (ParquetEmbeddingWriter writer = new ParquetEmbeddingWriter(file, numbers, Map.of())) {
            for (int row = 0; row < 70; row++) {
                ByteBuffer values = ByteBuffer.allocate(4 * numbers).order(ByteOrder.LITTLE_ENDIAN);
                values.putFloat(0, row + 0.1f).putFloat(4 * (numbers - 1), -row);
                writer.write("row " + row, Optional.empty(), values);
            }
        }
        assertThat(DuckDb.query("select row_group_id, any_value(row_group_num_rows) from parquet_metadata('" + file
                        + "') group by 1 order by 1"))
                .containsExactly(List.of("0", "32"), List.of("1", "32"), List.of("2", "6"));
        assertThat(DuckDb.query("select count(*) from (select *, file_row_number as i from read_parquet('" + file
                        + "', file_row_number = true)) where path = 'row ' || i and len(embedding) = " + numbers
                        + " and embedding[1] = (i + 0.1)::float and embedding[2] = 0 and embedding[" + numbers
                        + "] = -i"))
                .containsExactly(List.of("70"));
    }

    @Test
    void write_noRows_isATableOfNone() throws Exception {
        Path file = folder.resolve("none.parquet");
        new ParquetEmbeddingWriter(file, 64, Map.of()).close();
        assertThat(DuckDb.query("select count(*) from '" + file + "'")).containsExactly(List.of("0"));
        try (ParquetTable table = ParquetTable.open(file)) {
            table.read(table.columns(), (row, cells) -> {
                throw new IllegalStateException("a row in a table of none");
            });
        }
    }

    @Test
    void open_truncatedFile_isReported() throws Exception {
        Path whole = folder.resolve("whole.parquet");
        DuckDb.run("copy (select i, 'text ' || i as t from range(20000) t(i)) to '" + whole + "' (format parquet)");
        byte[] content = Files.readAllBytes(whole);
        for (int length : new int[] {0, 3, 8, 11, content.length / 2, content.length - 1}) {
            Path cut = Files.write(folder.resolve("cut.parquet"), Arrays.copyOf(content, length));
            assertThatThrownBy(() -> readAll(cut))
                    .as("cut to %d bytes", length)
                    .isInstanceOf(MmcrException.class)
                    .hasMessageStartingWith("expected a whole Parquet file at " + cut)
                    .hasMessageEndingWith("; copy or download it again");
        }
        Arrays.fill(content, 40, 2000, (byte) 0x5a);
        Path overwritten = Files.write(folder.resolve("bad.parquet"), content);
        assertThatThrownBy(() -> readAll(overwritten))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("copy or download it again");
    }

    private static void readAll(Path file) throws IOException {
        try (ParquetTable table = ParquetTable.open(file)) {
            table.read(table.columns(), (row, cells) -> cells.get(0).isPresent());
        }
    }

    private static List<ParquetColumn> columns(ParquetTable table, String... names) {
        return Arrays.stream(names)
                .map(name -> table.column(name).orElseThrow())
                .toList();
    }
}
