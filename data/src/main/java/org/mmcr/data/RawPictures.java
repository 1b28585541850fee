package org.mmcr.data;

import java.util.List;
import java.util.OptionalInt;
import org.mmcr.data.io.MappedBytes;

/** Pictures of one size, stored one after the other as raw bytes. */
final class RawPictures implements PictureSource {
    /** Bytes of content that enter the fingerprint, about; a second of reading from a slow disk. */
    private static final long FINGERPRINT_BYTES = 1L << 28;

    private final String location;
    private final List<Part> parts;
    private final Layout layout;
    private final int[] labels;
    private final List<String> classNames;
    private final int[] firstOfPart;
    /** Computed when first asked for; empty before. */
    private volatile String fingerprint = "";

    /**
     * The layout of a picture's bytes.
     *
     * @param height number of rows
     * @param width number of columns
     * @param channels 1 (grey, repeated in all three channels), 3, or 4 (with alpha, which is blended with white)
     * @param order order of the bytes
     */
    record Layout(int height, int width, int channels, Order order) {
        int bytes() {
            return height * width * channels;
        }

        Picture picture(byte[] stored) {
            byte[] rgb = new byte[height * width * 3];
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    for (int c = 0; c < 3; c++) {
                        byte value = stored[at(y, x, channels == 1 ? 0 : c)];
                        rgb[(y * width + x) * 3 + c] = channels == 4 ? overWhite(value, stored[at(y, x, 3)]) : value;
                    }
                }
            }
            return new Picture(height, width, rgb);
        }

        /** Returns the position of a value in a stored picture. */
        private int at(int y, int x, int channel) {
            int pixels = height * width;
            return switch (order) {
                case INTERLEAVED -> (y * width + x) * channels + channel;
                case PLANES -> channel * pixels + y * width + x;
                case PLANES_BY_COLUMN -> channel * pixels + x * height + y;
            };
        }

        private static byte overWhite(byte value, byte alpha) {
            int opaque = alpha & 0xff;
            return (byte) (((value & 0xff) * opaque + 255 * (255 - opaque) + 127) / 255);
        }
    }

    /** Orders of a picture's bytes. */
    enum Order {
        /** Row by row, channels together (NumPy HWC). */
        INTERLEAVED,
        /** Channel by channel, row by row (CIFAR). */
        PLANES,
        /** Channel by channel, column by column (STL-10). */
        PLANES_BY_COLUMN
    }

    /**
     * The pictures of one file.
     *
     * @param name name of the file
     * @param bytes content of the file
     * @param start position of the first byte of the first picture
     * @param stride number of bytes from one picture to the next
     * @param count number of pictures
     */
    record Part(String name, MappedBytes bytes, long start, long stride, int count) {}

    /** Creates a source; {@code labels} are indices into {@code classNames}, or empty for unlabelled data. */
    RawPictures(String location, List<Part> parts, Layout layout, int[] labels, List<String> classNames) {
        this.location = location;
        this.parts = List.copyOf(parts);
        this.layout = layout;
        this.labels = labels;
        this.classNames = List.copyOf(classNames);
        this.firstOfPart = new int[parts.size() + 1];
        for (int i = 0; i < parts.size(); i++) {
            firstOfPart[i + 1] = Math.addExact(firstOfPart[i], parts.get(i).count());
        }
    }

    private int part(int index) {
        int part = 0;
        while (index >= firstOfPart[part + 1]) {
            part++;
        }
        return part;
    }

    @Override
    public int size() {
        return firstOfPart[parts.size()];
    }

    private void read(int index, byte[] stored) {
        int number = part(index);
        Part part = parts.get(number);
        part.bytes().read(part.start() + (index - firstOfPart[number]) * part.stride(), stored);
    }

    @Override
    public Picture picture(int index) {
        byte[] stored = new byte[layout.bytes()];
        read(index, stored);
        return layout.picture(stored);
    }

    @Override
    public String mode(int index) {
        return switch (layout.channels()) {
            case 1 -> "gray";
            case 4 -> "RGB with alpha";
            default -> "RGB";
        };
    }

    @Override
    public String name(int index) {
        int number = part(index);
        return parts.get(number).name() + "/" + (index - firstOfPart[number]);
    }

    @Override
    public OptionalInt label(int index) {
        return labels.length == 0 || labels[index] < 0 ? OptionalInt.empty() : OptionalInt.of(labels[index]);
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    @Override
    public String location() {
        return location;
    }

    @Override
    public String fingerprint() {
        String known = fingerprint;
        if (known.isEmpty()) {
            known = computeFingerprint();
            fingerprint = known;
        }
        return known;
    }

    /** Returns the hash of layout, names, labels and content; of large data, evenly spaced pictures. */
    private String computeFingerprint() {
        Fingerprint hash = new Fingerprint().add(layout.toString());
        parts.forEach(part -> hash.add(part.name()).add(part.count()));
        long bytes = (long) size() * layout.bytes();
        int step = Math.toIntExact(1 + bytes / FINGERPRINT_BYTES);
        byte[] stored = new byte[layout.bytes()];
        for (long index = 0; index < size(); index += step) {
            read((int) index, stored);
            hash.add(Fingerprint.checksum(stored));
        }
        return hash.add(new ClassLabels(classNames, labels)).hex();
    }
}
