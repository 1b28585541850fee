package org.mmcr.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.MappedBytes;
import org.mmcr.data.io.NpyHeader;

/**
 * Reads pictures from a uint8 {@code .npy} file: (N, H, W), or (N, H, W, C) or (N, C, H, W) of 1, 3 or 4 channels.
 * Labels are integers or texts in a file beside it, the first that exists of {@code NAME.labels.npy}, {@code
 * y_NAME.npy} for
 * {@code X_NAME.npy}, and {@code labels.npy}.
 */
final class NpyPictures {
    private NpyPictures() {}

    static Optional<DataSource> open(DataLocation location, DataOptions options) throws IOException {
        if (!location.startsWith(0, "\u0093NUMPY")) {
            return Optional.empty();
        }
        location.requireNoPart();
        return Optional.of(open(location.toString(), location.path()));
    }

    private static DataSource open(String location, Path file) {
        MappedBytes bytes = NpyHeader.map(file);
        return of(
                location,
                file.getFileName().toString(),
                file,
                bytes,
                count -> labelFile(file)
                        .flatMap(f -> Tables.foundByName(location, () -> LabelFile.read(f.toString()))
                                .map(labels -> ClassLabels.of(requireCount(f.toString(), labels, count))))
                        .orElse(ClassLabels.NONE));
    }

    /** Returns whether an array holds uint8 pictures: (N, H, W), or (N, H, W, C) or (N, C, H, W), C 1, 3 or 4. */
    static boolean isPictures(NpyHeader header) {
        List<Long> shape = header.shape();
        boolean planes = shape.size() == 3 || (shape.size() == 4 && (isChannels(shape.get(3)) || isFirst(shape)));
        return planes
                && header.type().equals("uint8")
                && header.count() > 0
                && header.count() / shape.get(0) <= Integer.MAX_VALUE / 4;
    }

    private static boolean isChannels(long axis) {
        return axis == 1 || axis == 3 || axis == 4;
    }

    /** Returns whether the channels are the second of four axes, as PyTorch has them, and not the last. */
    private static boolean isFirst(List<Long> shape) {
        return shape.size() == 4 && !isChannels(shape.get(3)) && isChannels(shape.get(1));
    }

    /**
     * Returns the pictures of an array.
     *
     * @param name prefix of the names of the pictures
     * @param file the file that the content comes from
     * @param labels function from the number of pictures to their labels
     */
    static DataSource of(String location, String name, Path file, MappedBytes bytes, IntFunction<ClassLabels> labels) {
        NpyHeader header = NpyHeader.read(file, bytes);
        List<Long> shape = header.shape();
        if (!isPictures(header)) {
            throw new MmcrException("expected uint8 pictures (N, H, W, 3) in " + file + ", found " + header.describe()
                    + "; bring it to that shape and type with numpy");
        }
        int count = Math.toIntExact(shape.get(0));
        boolean first = isFirst(shape);
        int channels = shape.size() == 4 ? shape.get(first ? 1 : 3).intValue() : 1;
        RawPictures.Layout layout = new RawPictures.Layout(
                shape.get(first ? 2 : 1).intValue(),
                shape.get(first ? 3 : 2).intValue(),
                channels,
                first ? RawPictures.Order.PLANES : RawPictures.Order.INTERLEAVED);
        RawPictures.Part part = new RawPictures.Part(name, bytes, header.offset(), layout.bytes(), count);
        ClassLabels found = labels.apply(count);
        return new RawPictures(location, List.of(part), layout, found.indices(), found.names());
    }

    /** Returns the file with the labels of an array, if there is one. */
    static Optional<Path> labelFile(Path file) {
        String name = file.getFileName().toString();
        String base = name.replaceFirst("\\.npy$", "");
        String paired = name.startsWith("X") || name.startsWith("x") ? "y" + name.substring(1) : "labels.npy";
        return Stream.of(base + ".labels.npy", paired, "labels.npy")
                .filter(candidate -> !candidate.equals(name))
                .map(file::resolveSibling)
                .filter(Files::exists)
                .findFirst();
    }

    /** Returns the labels if there is one a picture. */
    static List<String> requireCount(String file, List<String> labels, int count) {
        if (labels.size() != count) {
            throw new MmcrException("expected " + count + " labels in " + file + ", one a picture, found "
                    + labels.size() + "; rename the file if it belongs to other pictures");
        }
        return labels;
    }
}
