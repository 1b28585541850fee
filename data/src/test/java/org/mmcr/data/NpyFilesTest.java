package org.mmcr.data;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jetbrains.bio.npy.NpyFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.MappedBytes;
import org.mmcr.data.io.NpyFiles;
import org.mmcr.data.io.NpyHeader;
import org.mmcr.data.io.NpyRowWriter;

class NpyFilesTest {
    @TempDir
    Path folder;

    @Test
    void readFloats_writtenByAnotherLibrary_sameShapeAndValues() {
        Path file = folder.resolve("a.npy");
        NpyFile.write(file, new float[] {1, -2, 3.5f, 4, 5, 6}, new int[] {1, 2, 3});
        NpyFiles.FloatArray read = NpyFiles.readFloats(file);
        assertThat(read.shape()).containsExactly(1L, 2L, 3L);
        assertThat(read.values()).containsExactly(1, -2, 3.5f, 4, 5, 6);
        assertThat(NpyFiles.readDoubles(file).values()).containsExactly(1, -2, 3.5, 4, 5, 6);
        assertThat(NpyFiles.describe(file)).isEqualTo(new NpyFiles.Description("float32", List.of(1L, 2L, 3L)));
    }

    @Test
    void write_floatsAndDoubles_readByAnotherLibrary() {
        Path floats = folder.resolve("deep/er/f.npy");
        Path doubles = folder.resolve("d.npy");
        NpyFiles.write(floats, new NpyFiles.FloatArray(List.of(2L, 2L), new float[] {1, 2, 3, Float.MIN_VALUE}));
        NpyFiles.write(doubles, new NpyFiles.DoubleArray(List.of(3L), new double[] {0.1, Double.MAX_VALUE, -0.0}));
        assertThat(NpyFile.read(floats, 1000).asFloatArray()).containsExactly(1, 2, 3, Float.MIN_VALUE);
        assertThat(NpyFile.read(floats, 1000).getShape()).containsExactly(2, 2);
        assertThat(NpyFile.read(doubles, 1000).asDoubleArray()).containsExactly(0.1, Double.MAX_VALUE, -0.0);
        assertThat(NpyFile.read(doubles, 1000).getShape()).containsExactly(3);
    }

    @Test
    void rowWriter_manyRowsInUnevenPieces_roundTrips() {
        int rows = 1003;
        int columns = 257;
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(i);
        }
        Path file = folder.resolve("x.npy");
        try (NpyRowWriter writer = new NpyRowWriter(file, rows, columns)) {
            for (int row = 0; row < rows; row += 100) {
                writer.write(values, row * columns, Math.min(100, rows - row));
                assertThat(file).doesNotExist();
            }
            writer.finish();
        }
        // Not containsExactly, which takes seconds on so many items.
        assertThat(Arrays.equals(NpyFiles.readFloats(file).values(), values)).isTrue();
        assertThat(folder.toFile().list()).containsExactly("x.npy");
    }

    @Test
    void rowWriter_givenUp_leavesTheOldFileAndNothingElse() throws IOException {
        Path file = Files.writeString(folder.resolve("x.npy"), "old");
        try (NpyRowWriter writer = new NpyRowWriter(file, 2, 2)) {
            writer.write(new float[] {1, 2}, 0, 1);
            assertThatThrownBy(writer::finish).hasMessageContaining("2 rows");
        }
        assertThat(file).hasContent("old");
        assertThat(folder.toFile().list()).containsExactly("x.npy");
    }

    @Test
    void rowWriter_noRows_writesAnEmptyMatrix() {
        Path file = folder.resolve("none.npy");
        try (NpyRowWriter writer = new NpyRowWriter(file, 0, 4)) {
            writer.finish();
        }
        assertThat(NpyFiles.readFloats(file).shape()).containsExactly(0L, 4L);
    }

    @Test
    void readIntegers_everyWidth_sameValues() throws IOException {
        for (String type : List.of("|i1", "<i2", ">i2", "<i4", "<i8", ">i8", "|u1", "<u2", "<u4", "<u8", "|b1")) {
            int size = type.charAt(2) - '0';
            ByteBuffer items = ByteBuffer.allocate(3 * size)
                    .order(type.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
            for (int value : new int[] {1, 0, 1}) {
                switch (size) {
                    case 1 -> items.put((byte) value);
                    case 2 -> items.putShort((short) value);
                    case 4 -> items.putInt(value);
                    default -> items.putLong(value);
                }
            }
            assertThat(NpyFiles.readIntegers(raw(1, type, "False", "(3,)", items.array())))
                    .as(type)
                    .containsExactly(1, 0, 1);
        }
        assertThat(NpyFiles.readIntegers(raw(1, "|u1", "False", "(1, 1)", new byte[] {-1})))
                .containsExactly(255);
        assertThat(NpyFiles.readIntegers(raw(1, "|i1", "False", "(1,)", new byte[] {-1})))
                .containsExactly(-1);
    }

    @Test
    void readFloats_halfPrecision_exactValues() throws IOException {
        short[] bits = {0x3c00, (short) 0xc000, 0x7bff, 0x0001, 0x7c00, (short) 0x8000, 0x3555};
        ByteBuffer items = ByteBuffer.allocate(14).order(ByteOrder.LITTLE_ENDIAN);
        for (short half : bits) {
            items.putShort(half);
        }
        // Values from the standard's table; 0x3555 is the float16 nearest to a third.
        assertThat(NpyFiles.readDoubles(raw(1, "<f2", "False", "(7,)", items.array()))
                        .values())
                .containsExactly(1, -2, 65504, 0x1p-24, Double.POSITIVE_INFINITY, -0.0, 0.333251953125);
    }

    @Test
    void readFloats_laterHeaderVersions_areRead() throws IOException {
        byte[] one = ByteBuffer.allocate(4)
                .order(ByteOrder.BIG_ENDIAN)
                .putFloat(1.5f)
                .array();
        for (int version : new int[] {1, 2, 3}) {
            assertThat(NpyFiles.readFloats(raw(version, ">f4", "False", "(1,)", one))
                            .values())
                    .containsExactly(1.5f);
        }
    }

    /** The oracle is NumPy's definition: item (i, j, k) of a column-major array lies at i + I * (j + J * k). */
    @Test
    void readFloats_columnMajor_sameItemsInRows() throws IOException {
        for (int[] shape : new int[][] {{2, 3, 4}, {70_000, 3, 1}, {5, 1, 7}, {1, 1, 3}}) {
            int count = shape[0] * shape[1] * shape[2];
            ByteBuffer items = ByteBuffer.allocate(8 * count).order(ByteOrder.BIG_ENDIAN);
            float[] expected = new float[count];
            for (int k = 0; k < shape[2]; k++) {
                for (int j = 0; j < shape[1]; j++) {
                    for (int i = 0; i < shape[0]; i++) {
                        float value = (float) Math.sin(i + 7 * j + 13 * k);
                        items.putDouble(8 * (i + shape[0] * (j + shape[1] * k)), value);
                        expected[(i * shape[1] + j) * shape[2] + k] = value;
                    }
                }
            }
            String axes = "(" + shape[0] + ", " + shape[1] + ", " + shape[2] + ")";
            Path file = raw(1, ">f8", "True", axes, items.array());
            assertThat(NpyFiles.describe(file).shape())
                    .containsExactly((long) shape[0], (long) shape[1], (long) shape[2]);
            assertThat(Arrays.equals(NpyFiles.readFloats(file).values(), expected))
                    .as(axes)
                    .isTrue();
        }
    }

    /** numpy.asfortranarray([['a', 'b'], ['c', 'd']]) of {@code <U1}, which has four bytes an item. */
    @Test
    void map_columnMajorTexts_sameItemsInRows() throws IOException {
        byte[] columns = {'a', 0, 0, 0, 'c', 0, 0, 0, 'b', 0, 0, 0, 'd', 0, 0, 0};
        Path file = raw(1, "<U1", "True", "(2, 2)", columns);
        MappedBytes rows = NpyHeader.map(file);
        NpyHeader header = NpyHeader.read(file, rows);
        assertThat(header.itemSize()).isEqualTo(4);
        assertThat(rows.read(header.offset(), 16))
                .containsExactly('a', 0, 0, 0, 'b', 0, 0, 0, 'c', 0, 0, 0, 'd', 0, 0, 0);
    }

    @Test
    void read_wrongContent_reportsWhatWasExpectedAndFound() throws IOException {
        assertFails(Files.writeString(folder.resolve("t.npy"), "this is not an array"), "numpy.save");
        assertFails(folder.resolve("missing.npy"), "missing.npy");
        assertFails(raw(1, "<f4", "True", "(2, 2)", new byte[15]), "complete");
        assertFails(raw(1, "<f4", "False", "(6 4, 2)", new byte[16]), "the shape (6 4, 2)");
        assertFails(raw(1, "<f4", "False", "(12345678901234567890123, 2)", new byte[16]), "the shape");
        assertFails(
                raw(1, "<f8", "False", "(999999999999999999, 999)", new byte[16]), "more items than a file can hold");
        assertFails(raw(1, "<i4", "False", "(2, 2)", new byte[16]), "int32");
        assertFails(raw(1, "<f4", "False", "(2, 2)", new byte[15]), "complete");
        assertFails(raw(1, "<f4", "False", "()", new byte[4]), "()");
        assertThatThrownBy(() -> NpyFiles.readIntegers(raw(1, "<f4", "False", "(1,)", new byte[] {0, 0, 0, 63})))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("float32");
    }

    private static void assertFails(Path file, String part) {
        assertThatThrownBy(() -> NpyFiles.readFloats(file))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining(part)
                .hasMessageContaining(file.getFileName().toString());
    }

    /** Writes a file by hand according to NumPy's format description. */
    private Path raw(int version, String descr, String fortran, String shape, byte[] items) throws IOException {
        String header = "{'descr': '" + descr + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }\n";
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
        ByteBuffer length = ByteBuffer.allocate(version == 1 ? 2 : 4).order(ByteOrder.LITTLE_ENDIAN);
        out.write(
                version == 1
                        ? length.putShort((short) header.length()).array()
                        : length.putInt(header.length()).array());
        out.write(header.getBytes(ISO_8859_1));
        out.write(items);
        return Files.write(folder.resolve("raw.npy"), out.toByteArray());
    }
}
