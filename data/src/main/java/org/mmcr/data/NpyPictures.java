package org.mmcr.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.MappedBytes;
import org.mmcr.data.io.NpyFiles;
import org.mmcr.data.io.NpyHeader;

/**
 * Reads pictures from a uint8 {@code .npy} file, (N, H, W, 3), (N, H, W, 1) or (N, H, W). Labels are integers in a
 * file beside it, the first that exists of {@code NAME.labels.npy}, {@code y_NAME.npy} for {@code X_NAME.npy}, and
 * {@code labels.npy}.
 */
final class NpyPictures {
    private NpyPictures() {}

    static Optional<DataSource> open(DataLocation location, DataOptions options) throws IOException {
        return location.startsWith(0, "\u0093NUMPY")
                ? Optional.of(open(location.toString(), location.path()))
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
        ClassLabels labels =
                labelFile(file).map(f -> Tables.labels(labels(f, count))).orElse(ClassLabels.NONE);
        return new RawPictures(location, List.of(part), layout, labels.indices(), labels.names());
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

    private static long[] labels(Path file, int count) {
        long[] labels = NpyFiles.readIntegers(file);
        if (labels.length != count) {
            throw new MmcrException("expected " + count + " labels in " + file + ", one a picture, found "
                    + labels.length + "; rename the file if it belongs to other pictures");
        }
        return labels;
    }
}
