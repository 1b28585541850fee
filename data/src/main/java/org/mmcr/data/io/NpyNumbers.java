package org.mmcr.data.io;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.mmcr.core.MmcrException;

/**
 * An array of float16, float32, float64, integers or booleans that is read in pieces: of a {@code .npy} file, or one of the arrays of
 * a {@code .npz} file, which is a ZIP archive of {@code .npy} files. Safe for use by several threads.
 */
public final class NpyNumbers {
    private final String location;
    private final MappedBytes content;
    private final NpyHeader header;

    private NpyNumbers(String location, MappedBytes content, NpyHeader header) {
        this.location = location;
        this.content = content;
        this.header = header;
    }

    /**
     * Opens an array.
     *
     * @param location {@code x.npy}, {@code x.npz} where it holds one array, or {@code x.npz#name}
     */
    public static NpyNumbers open(String location) {
        int hash = location.lastIndexOf(".npz#");
        if (hash < 0) {
            return location.endsWith(".npz")
                    ? ofArchive(location, Path.of(location), Optional.empty())
                    : open(Path.of(location));
        }
        int name = hash + ".npz#".length();
        return ofArchive(location, Path.of(location.substring(0, name - 1)), Optional.of(location.substring(name)));
    }

    public static NpyNumbers open(Path file) {
        MappedBytes content = NpyHeader.map(file);
        return of(file.toString(), file, content);
    }

    /** Of content that was read from {@code file}. */
    public static NpyNumbers of(String location, Path file, MappedBytes content) {
        NpyHeader header = NpyHeader.read(file, content);
        if (header.shape().isEmpty() || !(header.isFloat() || header.isInteger())) {
            throw new MmcrException("expected an array of real numbers in " + location + ", found " + header.describe()
                    + "; convert it with numpy");
        }
        return new NpyNumbers(location, content, header);
    }

    private static NpyNumbers ofArchive(String location, Path archive, Optional<String> wanted) {
        try (NpzArchive npz = NpzArchive.open(archive)) {
            List<String> names = npz.arrays();
            Optional<String> name = wanted.or(() -> names.size() == 1 ? Optional.of(names.get(0)) : Optional.empty());
            if (name.isEmpty() || !names.contains(name.get())) {
                throw new MmcrException("expected one array in " + location + ", found "
                        + (names.isEmpty()
                                ? "none; write arrays into it with numpy.savez"
                                : String.join(", ", names) + "; name one: " + archive + "#" + names.get(0)));
            }
            return of(location, archive, npz.read(name.get()));
        }
    }

    /** Sizes of the axes, one or more. */
    public List<Long> shape() {
        return header.shape();
    }

    /** "(3, 2) float32 in x.npy" for messages. */
    public String describe() {
        return header.describe() + " in " + location;
    }

    /** {@code count} items from item {@code first} on, the last axis fastest. */
    public double[] read(long first, int count) {
        double[] values = new double[count];
        read(first, count, values, 0);
        return values;
    }

    /** The same into {@code out}, from {@code offset} on. */
    public void read(long first, int count, double[] out, int offset) {
        boolean singles = header.isFloat() && header.itemSize() == Float.BYTES;
        float[] some = new float[singles ? Math.min(count, NpyFiles.CHUNK) : 0];
        for (int from = 0; from < count; from += NpyFiles.CHUNK) {
            int length = Math.min(NpyFiles.CHUNK, count - from);
            ByteBuffer items = items(first + from, length);
            if (singles) {
                items.asFloatBuffer().get(some, 0, length);
            }
            for (int i = 0; i < length; i++) {
                out[offset + from + i] = singles ? some[i] : NpyFiles.number(items, header);
            }
        }
    }

    /** All items of a one-dimensional array of integers; (N, 1) counts as one-dimensional. */
    public long[] integers() {
        List<Long> shape = header.shape();
        boolean flat = shape.size() == 1 || (shape.size() == 2 && shape.get(1) == 1);
        if (!flat || !header.isInteger() || header.count() > Integer.MAX_VALUE) {
            throw new MmcrException("expected a one-dimensional array of integers in " + location + ", found "
                    + header.describe() + "; save one label per sample");
        }
        long[] values = new long[(int) header.count()];
        for (int from = 0; from < values.length; from += NpyFiles.CHUNK) {
            int count = Math.min(NpyFiles.CHUNK, values.length - from);
            ByteBuffer items = items(from, count);
            for (int i = 0; i < count; i++) {
                values[from + i] = NpyFiles.integer(items, header);
            }
        }
        return values;
    }

    private ByteBuffer items(long first, int count) {
        byte[] bytes =
                content.read(header.offset() + first * header.itemSize(), Math.multiplyExact(count, header.itemSize()));
        return ByteBuffer.wrap(bytes).order(header.order());
    }
}
