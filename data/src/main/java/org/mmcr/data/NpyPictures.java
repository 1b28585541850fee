package org.mmcr.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.MappedBytes;
import org.mmcr.data.io.NpyFiles;
import org.mmcr.data.io.NpyHeader;

/**
 * Pictures in a uint8 {@code .npy} file, (N, H, W, 3), (N, H, W, 1) or (N, H, W). Labels are integers in a file beside it,
 * the first that is there of {@code NAME.labels.npy}, for a name that begins with X the same with y ({@code y_train.npy} for
 * {@code X_train.npy}), and {@code labels.npy}; the classes are the values that occur, in order.
 */
final class NpyPictures {
    private NpyPictures() {}

    static Optional<DataSource> open(Place place, DataOptions options) throws IOException {
        return place.startsWith(0, "\u0093NUMPY")
                ? Optional.of(open(place.location(), place.path()))
                : Optional.empty();
    }

    private static DataSource open(String location, Path file) {
        MappedBytes bytes = NpyHeader.map(file);
        NpyHeader header = NpyHeader.read(file, bytes);
        List<Long> shape = header.shape();
        long channels = shape.size() == 4 ? shape.get(3) : 1;
        boolean pictures = (shape.size() == 3 || shape.size() == 4)
                && (channels == 1 || channels == 3)
                && header.type().equals("uint8");
        if (!pictures || header.count() == 0 || header.count() / shape.get(0) > Integer.MAX_VALUE / 3) {
            throw new MmcrException("expected uint8 pictures (N, H, W, 3) in " + file + ", found " + header.describe()
                    + "; bring it to that shape and type with numpy");
        }
        int count = Math.toIntExact(shape.get(0));
        RawPictures.Layout layout = new RawPictures.Layout(
                shape.get(1).intValue(), shape.get(2).intValue(), (int) channels, RawPictures.Order.INTERLEAVED);
        RawPictures.Part part =
                new RawPictures.Part(file.getFileName().toString(), bytes, header.offset(), layout.bytes(), count);
        long[] labels = labelFile(file).map(f -> labels(f, count)).orElse(new long[0]);
        long[] classes = LongStream.of(labels).distinct().sorted().toArray();
        return new RawPictures(
                location,
                List.of(part),
                layout,
                LongStream.of(labels)
                        .mapToInt(label -> Arrays.binarySearch(classes, label))
                        .toArray(),
                LongStream.of(classes).mapToObj(String::valueOf).toList());
    }

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

    private static long[] labels(Path file, int count) {
        long[] labels = NpyFiles.readIntegers(file);
        if (labels.length != count) {
            throw new MmcrException("expected " + count + " labels in " + file + ", one a picture, found "
                    + labels.length + "; rename the file if it belongs to other pictures");
        }
        return labels;
    }
}
