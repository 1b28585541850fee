package org.mmcr.data.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.mmcr.core.MmcrException;

/**
 * The header of a NumPy file, format versions 1 to 3.
 *
 * @param kind NumPy's letter: f float, i signed, u unsigned, b boolean, U text, S bytes of text
 * @param itemSize size of one item in bytes
 * @param order byte order of the items
 * @param shape sizes of the axes
 * @param columnMajor whether the first axis varies fastest (Fortran order); {@link #map} converts such arrays
 * @param offset position of the first item in the file
 */
public record NpyHeader(char kind, int itemSize, ByteOrder order, List<Long> shape, boolean columnMajor, long offset) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final Pattern DESCR =
            Pattern.compile("['\"]descr['\"]\\s*:\\s*['\"]([<>|=]?)([a-zA-Z])(\\d{1,6})['\"]");
    private static final Pattern FORTRAN = Pattern.compile("['\"]fortran_order['\"]\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("['\"]shape['\"]\\s*:\\s*\\(([\\d,\\sL]*)\\)");
    /** The items start at a multiple of this many bytes. */
    private static final int ALIGNMENT = 64;

    private static final Charset UTF_32LE = Charset.forName("UTF-32LE");
    private static final Charset UTF_32BE = Charset.forName("UTF-32BE");

    /**
     * Reads the header and checks it against the length of the content.
     *
     * @param file the file in messages
     * @throws MmcrException if it is no NumPy file, is cut short, or holds no plain array
     */
    public static NpyHeader read(Path file, MappedBytes content) {
        if (content.size() < 12 || !Arrays.equals(content.read(0, MAGIC.length), MAGIC)) {
            throw new MmcrException("expected a NumPy .npy file at " + file + ", found " + content.size()
                    + " bytes of something else; write it with numpy.save");
        }
        int lengthBytes = content.unsigned(6) == 1 ? 2 : 4;
        long length = 0;
        for (int i = lengthBytes - 1; i >= 0; i--) {
            length = (length << 8) | content.unsigned(8 + i);
        }
        long offset = 8 + lengthBytes + length;
        if (offset > content.size() || length > 1 << 20) {
            throw damaged(file, "a header that is cut short");
        }
        String text = new String(content.read(8 + lengthBytes, (int) length), StandardCharsets.UTF_8);
        NpyHeader header = parse(file, text, offset);
        long expected;
        try {
            expected = Math.addExact(offset, Math.multiplyExact(header.count(), header.itemSize()));
        } catch (ArithmeticException e) {
            throw damaged(file, "a header that declares more items than a file can hold, " + header.describe());
        }
        if (content.size() < expected) {
            throw damaged(file, content.size() + " of " + expected + " bytes");
        }
        return header;
    }

    private static NpyHeader parse(Path file, String text, long offset) {
        Matcher descr = DESCR.matcher(text);
        Matcher fortran = FORTRAN.matcher(text);
        Matcher axes = SHAPE.matcher(text);
        if (!descr.find() || !fortran.find() || !axes.find()) {
            throw new MmcrException("expected one plain numeric array in " + file + ", found the header " + text.strip()
                    + "; save a float32, uint8 or int64 array with numpy.save, labels as y.astype(str)");
        }
        List<String> sizes = Arrays.stream(axes.group(1).split(",", -1))
                .map(String::strip)
                .filter(axis -> !axis.isEmpty())
                .toList();
        if (!sizes.stream().allMatch(size -> size.matches("\\d{1,18}L?"))) {
            throw damaged(file, "the shape (" + axes.group(1) + ")");
        }
        List<Long> shape =
                sizes.stream().map(size -> Long.valueOf(size.replace("L", ""))).toList();
        // With one axis or none both orders are the same, and NumPy may write either.
        boolean columnMajor = fortran.group(1).equals("True")
                && shape.stream().filter(n -> n != 1).count() > 1;
        ByteOrder order = descr.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        char kind = descr.group(2).charAt(0);
        int itemSize = Integer.parseInt(descr.group(3)) * (kind == 'U' ? Integer.BYTES : 1);
        return new NpyHeader(kind, itemSize, order, shape, columnMajor, offset);
    }

    private static MmcrException damaged(Path file, String found) {
        return new MmcrException(
                "expected a complete NumPy file at " + file + ", found " + found + "; write or copy it again");
    }

    /** Returns the number of items. */
    public long count() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }

    /** Returns NumPy's name of the item type, such as float32. */
    public String type() {
        String name = switch (kind) {
            case 'f' -> "float";
            case 'i' -> "int";
            case 'u' -> "uint";
            case 'b' -> "bool";
            case 'U', 'S' -> "text";
            default -> String.valueOf(kind);
        };
        return kind == 'b' || isText() ? name : name + 8 * itemSize;
    }

    /** Returns shape and type for messages: "(3, 2) float32". */
    public String describe() {
        return shape.stream().map(String::valueOf).collect(Collectors.joining(", ", "(", ")")) + " " + type();
    }

    /** Returns whether the items are integers or booleans of a readable width. */
    public boolean isInteger() {
        return (kind == 'i' || kind == 'u' || kind == 'b') && Integer.bitCount(itemSize) == 1 && itemSize <= 8;
    }

    /** Returns whether the items are float16, float32 or float64. */
    public boolean isFloat() {
        return kind == 'f' && (itemSize == 2 || itemSize == 4 || itemSize == 8);
    }

    /** Returns whether the items are texts of fixed length. */
    public boolean isText() {
        return kind == 'U' || kind == 'S';
    }

    /** Returns the encoding of texts: UTF-32 in the array's byte order, or UTF-8 of bytes. */
    Charset charset() {
        return kind == 'S' ? StandardCharsets.UTF_8 : order == ByteOrder.BIG_ENDIAN ? UTF_32BE : UTF_32LE;
    }

    /** Returns whether there is one axis; (N, 1) counts as one. */
    boolean isFlat() {
        return shape.size() == 1 || (shape.size() == 2 && shape.get(1) == 1);
    }

    /** Returns a version 1 header for items of type {@code descr}, padded so that the items are aligned. */
    public static byte[] encode(String descr, List<Long> shape) {
        List<String> axes = new ArrayList<>(shape.stream().map(String::valueOf).toList());
        if (axes.size() == 1) {
            axes.add("");
        }
        String dictionary = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': ("
                + String.join(", ", axes).strip() + "), }";
        int unpadded = 10 + dictionary.length() + 1;
        int total = (unpadded + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        ByteBuffer header = ByteBuffer.allocate(total).order(ByteOrder.LITTLE_ENDIAN);
        header.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) (total - 10));
        header.put(dictionary.getBytes(StandardCharsets.US_ASCII));
        while (header.position() < total - 1) {
            header.put((byte) ' ');
        }
        return header.put((byte) '\n').array();
    }

    /** Reads the header of a file. */
    static NpyHeader read(Path file) {
        return read(file, open(file));
    }

    /**
     * Maps a file into memory. A column-major array is converted to C order in a temporary file.
     *
     * @throws MmcrException if it cannot be read
     */
    public static MappedBytes map(Path file) {
        return ColumnMajor.toRows(file, open(file));
    }

    private static MappedBytes open(Path file) {
        try {
            return MappedBytes.open(file);
        } catch (IOException e) {
            throw FileFailure.exception("a NumPy .npy file at " + file, e, "check the path");
        }
    }
}
