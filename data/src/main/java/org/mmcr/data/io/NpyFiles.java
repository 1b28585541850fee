package org.mmcr.data.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.mmcr.core.MmcrException;

/**
 * NumPy {@code .npy} files: arrays in, arrays out.
 *
 * <p>Our own reader and writer because the published Java ones hold the whole array in one Java array and write it in one
 * piece; embeddings are written row by row while they are computed, and picture arrays are larger than 2 GiB.
 *
 * <p>Read: versions 1 to 3, either byte order, C order. Written: version 1, little-endian, C order.
 */
public final class NpyFiles {
    /** Items converted at a time: the buffer stays in the processor's cache. */
    static final int CHUNK = 1 << 16;

    private NpyFiles() {}

    /**
     * What a file holds, without its items.
     *
     * @param type NumPy's name of the item type, such as {@code float32}
     * @param shape sizes of the axes
     */
    public record Description(String type, List<Long> shape) {}

    /**
     * Items rounded to float32.
     *
     * @param shape sizes of the axes, one or more
     * @param values the items, the last axis fastest
     */
    @SuppressWarnings("ArrayRecordComponent") // a carrier of data, never compared
    public record FloatArray(List<Long> shape, float[] values) {}

    /**
     * Items in float64.
     *
     * @param shape sizes of the axes, one or more
     * @param values the items, the last axis fastest
     */
    @SuppressWarnings("ArrayRecordComponent") // a carrier of data, never compared
    public record DoubleArray(List<Long> shape, double[] values) {}

    /** Type and shape of a file. */
    public static Description describe(Path file) {
        NpyHeader header = NpyHeader.read(file, NpyHeader.map(file));
        return new Description(header.type(), header.shape());
    }

    /** Reads a float16, float32 or float64 array of any rank, rounding to float32. */
    public static FloatArray readFloats(Path file) {
        MappedBytes content = NpyHeader.map(file);
        NpyHeader header = floatHeader(file, content);
        float[] values = new float[(int) header.count()];
        forChunks(content, header, (first, items, count) -> {
            for (int i = 0; i < count; i++) {
                values[first + i] = (float) real(items, header.itemSize());
            }
        });
        return new FloatArray(header.shape(), values);
    }

    /** Reads a float16, float32 or float64 array of any rank. */
    public static DoubleArray readDoubles(Path file) {
        MappedBytes content = NpyHeader.map(file);
        NpyHeader header = floatHeader(file, content);
        double[] values = new double[(int) header.count()];
        forChunks(content, header, (first, items, count) -> {
            for (int i = 0; i < count; i++) {
                values[first + i] = real(items, header.itemSize());
            }
        });
        return new DoubleArray(header.shape(), values);
    }

    /** Reads a one-dimensional array of integers of any width; (N, 1) counts as one-dimensional. */
    public static long[] readIntegers(Path file) {
        return NpyNumbers.open(file).integers();
    }

    /** Writes float32 items of a shape in one piece; {@code file} appears when it is complete. */
    public static void write(Path file, FloatArray array) {
        try (NpyRowWriter writer = NpyRowWriter.floats(file, array.shape())) {
            writer.write(array.values(), 0, Math.toIntExact(array.shape().get(0)));
            writer.finish();
        }
    }

    /** Writes float64 items of a shape in one piece; {@code file} appears when it is complete. */
    public static void write(Path file, DoubleArray array) {
        try (NpyRowWriter writer = NpyRowWriter.doubles(file, array.shape())) {
            writer.write(array.values(), 0, Math.toIntExact(array.shape().get(0)));
            writer.finish();
        }
    }

    /** What stands before the items of a float32 (rows, columns) file that somebody else writes. */
    public static byte[] floatHeader(long rows, int columns) {
        return NpyHeader.encode("<f4", List.of(rows, (long) columns));
    }

    private static NpyHeader floatHeader(Path file, MappedBytes content) {
        NpyHeader header = NpyHeader.read(file, content);
        if (header.shape().isEmpty() || !header.isFloat()) {
            throw new MmcrException("expected an array of float32 or float64 in " + file + ", found "
                    + header.describe() + "; convert it with numpy");
        }
        requireArray(file, header);
        return header;
    }

    private static void requireArray(Path file, NpyHeader header) {
        if (header.count() > Integer.MAX_VALUE - 8) {
            throw new MmcrException("expected at most " + Integer.MAX_VALUE + " items in " + file + ", found "
                    + header.describe() + "; split it");
        }
    }

    private interface Chunk {
        void accept(int first, ByteBuffer items, int count);
    }

    private static void forChunks(MappedBytes content, NpyHeader header, Chunk chunk) {
        int total = (int) header.count();
        for (int first = 0; first < total; first += CHUNK) {
            int count = Math.min(CHUNK, total - first);
            byte[] bytes = content.read(header.offset() + (long) first * header.itemSize(), count * header.itemSize());
            chunk.accept(first, ByteBuffer.wrap(bytes).order(header.order()), count);
        }
    }

    /** The next item, a float or an integer. */
    public static double number(ByteBuffer items, NpyHeader header) {
        return header.isInteger() ? integer(items, header) : real(items, header.itemSize());
    }

    private static double real(ByteBuffer items, int itemSize) {
        return switch (itemSize) {
            case 2 -> half(items.getShort());
            case 4 -> items.getFloat();
            default -> items.getDouble();
        };
    }

    /** IEEE 754 binary16; the JDK converts it from version 20 on. */
    private static double half(short bits) {
        int exponent = (bits >> 10) & 0x1f;
        int fraction = bits & 0x3ff;
        double magnitude = switch (exponent) {
            case 0 -> fraction * 0x1p-24;
            case 31 -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
            default -> Math.scalb(1024.0 + fraction, exponent - 25);
        };
        return bits < 0 ? -magnitude : magnitude;
    }

    public static long integer(ByteBuffer items, NpyHeader header) {
        boolean unsigned = header.kind() != 'i';
        return switch (header.itemSize()) {
            case 1 -> unsigned ? items.get() & 0xffL : items.get();
            case 2 -> unsigned ? items.getShort() & 0xffffL : items.getShort();
            case 4 -> unsigned ? items.getInt() & 0xffffffffL : items.getInt();
            default -> items.getLong();
        };
    }

    public static MmcrException failure(Path file, IOException e) {
        return new MmcrException(
                "expected to write " + file + ", but " + e + "; check the folder and the free space", e);
    }
}
