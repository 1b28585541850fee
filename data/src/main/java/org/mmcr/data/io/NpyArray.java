package org.mmcr.data.io;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.mmcr.core.MmcrException;

/**
 * A NumPy array on disk that is read piece by piece: a {@code .npy} file, or one array of an {@code .npz} archive.
 * Items are float16, float32, float64, integers or booleans. Thread-safe.
 */
public final class NpyArray implements NumberArray {
    /** Items converted at a time, so that the buffer stays in the processor's cache. */
    private static final int CHUNK = 1 << 16;

    private final String location;
    private final MappedBytes content;
    private final NpyHeader header;

    private NpyArray(String location, MappedBytes content, NpyHeader header) {
        this.location = location;
        this.content = content;
        this.header = header;
    }

    /**
     * Opens an array.
     *
     * @param location {@code x.npy}, {@code x.npz} if it holds one array, or {@code x.npz#name}
     */
    public static NpyArray open(String location) {
        int hash = location.lastIndexOf(".npz#");
        if (hash < 0) {
            return location.endsWith(".npz")
                    ? ofArchive(location, Path.of(location), Optional.empty())
                    : open(Path.of(location));
        }
        int name = hash + ".npz#".length();
        return ofArchive(location, Path.of(location.substring(0, name - 1)), Optional.of(location.substring(name)));
    }

    /** Opens a {@code .npy} file. */
    public static NpyArray open(Path file) {
        return of(file.toString(), file, NpyHeader.map(file));
    }

    /**
     * Wraps the content of a {@code .npy} file.
     *
     * @param location the array's name in messages
     * @param file the file that the content comes from
     */
    public static NpyArray of(String location, Path file, MappedBytes content) {
        NpyHeader header = NpyHeader.read(file, content);
        if (header.shape().isEmpty() || !(header.isFloat() || header.isInteger())) {
            throw new MmcrException("expected an array of real numbers in " + location + ", found " + header.describe()
                    + "; convert it with numpy");
        }
        return new NpyArray(location, content, header);
    }

    /**
     * Reads the labels of samples: a one-dimensional array of whole numbers, or of texts such as {@code <U5} or
     * {@code |S5}.
     *
     * @param location as in {@link #open(String)}
     * @return one text per sample; empty for an empty text, a negative number or NaN
     */
    public static List<String> labels(String location) {
        int hash = location.lastIndexOf(".npz#");
        if (hash < 0 && !location.endsWith(".npz")) {
            Path file = Path.of(location);
            return labels(location, file, NpyHeader.map(file));
        }
        int end = hash < 0 ? location.length() : hash + ".npz".length();
        return inArchive(
                Path.of(location.substring(0, end)),
                hash < 0 ? Optional.empty() : Optional.of(location.substring(end + 1)),
                (file, content) -> labels(location, file, content));
    }

    /** Reads labels as {@link #labels(String)} does, from the content of a {@code .npy} file. */
    public static List<String> labels(String location, Path file, MappedBytes content) {
        NpyHeader header = NpyHeader.read(file, content);
        if (!header.isFlat() || header.count() > Integer.MAX_VALUE) {
            throw new NoClassesException("expected a one-dimensional array of labels in " + location + ", found "
                    + header.describe() + "; save one label per sample");
        }
        if (header.isFloat()) {
            return Arrays.stream(of(location, file, content).read(0, (int) header.count()))
                    .mapToObj(value -> ArrayFiles.label(location, value))
                    .toList();
        }
        if (!header.isText()) {
            return LongStream.of(of(location, file, content).integers())
                    .mapToObj(value -> value < 0 ? "" : String.valueOf(value))
                    .toList();
        }
        List<String> labels = new ArrayList<>();
        for (long i = 0; i < header.count(); i++) {
            byte[] item = content.read(header.offset() + i * header.itemSize(), header.itemSize());
            labels.add(
                    new String(item, header.charset()).replaceFirst("\0+$", "").strip());
        }
        return labels;
    }

    private static NpyArray ofArchive(String location, Path archive, Optional<String> wanted) {
        return inArchive(archive, wanted, (file, content) -> of(location, file, content));
    }

    private static <T> T inArchive(Path archive, Optional<String> wanted, BiFunction<Path, MappedBytes, T> read) {
        try (NpzArchive npz = NpzArchive.open(archive)) {
            List<String> names = npz.arrays();
            Optional<String> name = wanted.or(() -> names.size() == 1 ? Optional.of(names.get(0)) : Optional.empty());
            if (name.isEmpty() || !names.contains(name.get())) {
                throw new MmcrException("expected one array in " + archive + ", found "
                        + (names.isEmpty()
                                ? "none; write arrays into it with numpy.savez"
                                : String.join(", ", names) + "; name one: " + archive + "#" + names.get(0)));
            }
            return read.apply(archive, npz.read(name.get()));
        }
    }

    @Override
    public List<Long> shape() {
        return header.shape();
    }

    /** Returns whether the items are floating-point numbers. */
    public boolean isFloat() {
        return header.isFloat();
    }

    @Override
    public boolean isSingle() {
        return header.isFloat() && header.itemSize() <= Float.BYTES;
    }

    @Override
    public String describe() {
        return header.describe() + " in " + location;
    }

    @Override
    public void read(long first, int count, double[] out, int offset) {
        float[] singles = new float[isFloat32() ? Math.min(count, CHUNK) : 0];
        for (int from = 0; from < count; from += CHUNK) {
            int length = Math.min(CHUNK, count - from);
            ByteBuffer items = items(first + from, length);
            if (isFloat32()) {
                items.asFloatBuffer().get(singles, 0, length);
            }
            for (int i = 0; i < length; i++) {
                out[offset + from + i] = isFloat32() ? singles[i] : number(items);
            }
        }
    }

    @Override
    public void read(long first, int count, float[] out, int offset) {
        for (int from = 0; from < count; from += CHUNK) {
            int length = Math.min(CHUNK, count - from);
            ByteBuffer items = items(first + from, length);
            if (isFloat32()) {
                items.asFloatBuffer().get(out, offset + from, length);
            } else {
                for (int i = 0; i < length; i++) {
                    out[offset + from + i] = (float) number(items);
                }
            }
        }
    }

    /**
     * Returns all items of a one-dimensional array of integers, or of whole floats; (N, 1) counts as one-dimensional.
     */
    public long[] integers() {
        boolean flat = header.isFlat();
        if (flat && header.isFloat() && header.count() <= Integer.MAX_VALUE) {
            double[] numbers = read(0, (int) header.count());
            if (DoubleStream.of(numbers).allMatch(number -> number == Math.rint(number) && Math.abs(number) < 1e15)) {
                return DoubleStream.of(numbers)
                        .mapToLong(number -> (long) number)
                        .toArray();
            }
        }
        if (!flat || !header.isInteger() || header.count() > Integer.MAX_VALUE) {
            throw new MmcrException("expected a one-dimensional array of integers in " + location + ", found "
                    + header.describe() + "; save one label per sample");
        }
        long[] values = new long[(int) header.count()];
        for (int from = 0; from < values.length; from += CHUNK) {
            int count = Math.min(CHUNK, values.length - from);
            ByteBuffer items = items(from, count);
            for (int i = 0; i < count; i++) {
                values[from + i] = integer(items);
            }
        }
        return values;
    }

    private boolean isFloat32() {
        return header.isFloat() && header.itemSize() == Float.BYTES;
    }

    private ByteBuffer items(long first, int count) {
        byte[] bytes =
                content.read(header.offset() + first * header.itemSize(), Math.multiplyExact(count, header.itemSize()));
        return ByteBuffer.wrap(bytes).order(header.order());
    }

    private double number(ByteBuffer items) {
        if (header.isInteger()) {
            return integer(items);
        }
        return switch (header.itemSize()) {
            case 2 -> half(items.getShort());
            case 4 -> items.getFloat();
            default -> items.getDouble();
        };
    }

    /** Converts IEEE 754 binary16; the JDK does so from version 20 on. */
    public static double half(short bits) {
        int exponent = (bits >> 10) & 0x1f;
        int fraction = bits & 0x3ff;
        double magnitude = switch (exponent) {
            case 0 -> fraction * 0x1p-24;
            case 31 -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
            default -> Math.scalb(1024.0 + fraction, exponent - 25);
        };
        return bits < 0 ? -magnitude : magnitude;
    }

    private long integer(ByteBuffer items) {
        boolean unsigned = header.kind() != 'i';
        return switch (header.itemSize()) {
            case 1 -> unsigned ? items.get() & 0xffL : items.get();
            case 2 -> unsigned ? items.getShort() & 0xffffL : items.getShort();
            case 4 -> unsigned ? items.getInt() & 0xffffffffL : items.getInt();
            default -> items.getLong();
        };
    }
}
