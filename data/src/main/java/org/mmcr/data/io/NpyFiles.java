package org.mmcr.data.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.mmcr.core.MmcrException;

/**
 * Reads and writes whole NumPy {@code .npy} files; {@link NpyArray} and {@link NpyRowWriter} do so in pieces.
 *
 * <p>Reads format versions 1 to 3 in either byte order, row-major or column-major. Writes version 1, little-endian, C
 * order. The published Java libraries hold the whole array in one Java array; picture arrays are larger than 2 GiB,
 * and embeddings are written while they are computed.
 */
public final class NpyFiles {
    private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

    private NpyFiles() {}

    /**
     * Type and shape of a file.
     *
     * @param type NumPy's name of the item type, such as {@code float32}
     * @param shape sizes of the axes
     */
    public record Description(String type, List<Long> shape) {}

    /**
     * An array of float32.
     *
     * @param shape sizes of the axes, one or more
     * @param values the items in C order
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record FloatArray(List<Long> shape, float[] values) {}

    /**
     * An array of float64.
     *
     * @param shape sizes of the axes, one or more
     * @param values the items in C order
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record DoubleArray(List<Long> shape, double[] values) {}

    /** Returns type and shape of a file. */
    public static Description describe(Path file) {
        NpyHeader header = NpyHeader.read(file);
        return new Description(header.type(), header.shape());
    }

    /** Reads a float16, float32 or float64 array of any rank, rounded to float32. */
    public static FloatArray readFloats(Path file) {
        NpyArray array = NpyArray.open(file);
        float[] values = new float[floats(array)];
        array.read(0, values.length, values, 0);
        return new FloatArray(array.shape(), values);
    }

    /** Reads a float16, float32 or float64 array of any rank. */
    public static DoubleArray readDoubles(Path file) {
        NpyArray array = NpyArray.open(file);
        return new DoubleArray(array.shape(), array.read(0, floats(array)));
    }

    /** Reads a one-dimensional array of integers of any width; (N, 1) counts as one-dimensional. */
    public static long[] readIntegers(Path file) {
        return NpyArray.open(file).integers();
    }

    /** Writes a float32 array; {@code file} appears when it is complete. */
    public static void write(Path file, FloatArray array) {
        try (NpyRowWriter writer = new NpyRowWriter(file, array.shape(), Float.BYTES)) {
            writer.write(array.values(), 0, Math.toIntExact(array.shape().get(0)));
            writer.finish();
        }
    }

    /** Writes a float64 array; {@code file} appears when it is complete. */
    public static void write(Path file, DoubleArray array) {
        try (NpyRowWriter writer = new NpyRowWriter(file, array.shape(), Double.BYTES)) {
            writer.write(array.values(), 0, Math.toIntExact(array.shape().get(0)));
            writer.finish();
        }
    }

    /** Returns the header of a float32 (rows, columns) file whose items the caller writes. */
    public static byte[] floatHeader(long rows, int columns) {
        return NpyHeader.encode("<f4", List.of(rows, (long) columns));
    }

    /** Checks that an array is one of floats that fits into a Java array, and returns the number of its items. */
    private static int floats(NpyArray array) {
        if (!array.isFloat()) {
            throw new MmcrException("expected an array of float16, float32 or float64, found " + array.describe()
                    + "; convert it with numpy");
        }
        long count = array.shape().stream().reduce(1L, Math::multiplyExact);
        if (count > LARGEST_ARRAY) {
            throw new MmcrException(
                    "expected at most " + LARGEST_ARRAY + " items, found " + array.describe() + "; split the file");
        }
        return (int) count;
    }

    static MmcrException cannotWrite(Path file, IOException e) {
        return FileFailure.exception("to write " + file, e, "check the folder and the free space");
    }
}
