package org.mmcr.data;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.MappedBytes;

/**
 * Reads IDX files (MNIST, Fashion-MNIST, KMNIST, EMNIST), plain or gzipped: unsigned bytes (N, H, W) or (N, H, W, 1
 * or 3). The labels are in the file with {@code labels} for {@code images} in its name. LeCun et al. 1998.
 */
final class IdxFiles {
    private static final Pattern ANY = Pattern.compile(".*images.idx[34].ubyte(\\.gz)?");
    private static final Pattern TEST = Pattern.compile("(.*test|t10k).*");
    private static final int UNSIGNED_BYTE = 8;
    private static final int INT = 12;

    private IdxFiles() {}

    /** Returns whether a file starts as an IDX array of pictures. */
    static boolean isPictures(byte[] head) {
        return head[0] == 0 && head[1] == 0 && head[2] == UNSIGNED_BYTE && (head[3] == 3 || head[3] == 4);
    }

    /** Opens the part {@code train} or {@code test} of a tree, or returns empty if it holds no such files. */
    static Optional<DataSource> find(String location, FileTree tree, String part) throws IOException {
        Optional<BinaryFiles> files = BinaryFiles.find(location, tree, ANY);
        if (files.isEmpty()) {
            return Optional.empty();
        }
        List<FileTree.Entry> found = files.get().matching(ANY).stream()
                .filter(entry -> !part.equals("unlabeled"))
                .filter(entry -> part.equals("test")
                        == TEST.matcher(FileTree.lastName(entry.name())).matches())
                .toList();
        if (found.isEmpty()) {
            throw files.get().missing(part, "an IDX file such as train-images-idx3-ubyte");
        }
        // A validation set or QMNIST's xnist may lie beside the training set.
        List<FileTree.Entry> train = found.stream()
                .filter(entry -> FileTree.lastName(entry.name()).contains("train"))
                .toList();
        List<FileTree.Entry> chosen = train.isEmpty() ? found : train;
        requireOneSet(location, part, chosen);
        return Optional.of(open(files.get(), chosen.get(0)));
    }

    /** Throws if files have different names, as in EMNIST's folder; a gzipped copy and idx for .idx are one name. */
    private static void requireOneSet(String location, String part, List<FileTree.Entry> found) {
        List<String> names = found.stream()
                .map(entry -> FileTree.lastName(entry.name()).replaceFirst("\\.gz$", ""))
                .distinct()
                .toList();
        if (names.stream().map(name -> name.replace('.', '-')).distinct().count() > 1) {
            throw new MmcrException("expected one IDX file of pictures for the part " + part + " of " + location
                    + ", found " + String.join(", ", names)
                    + "; name one of these files, or give each data set a folder of its own");
        }
    }

    static DataSource open(BinaryFiles files, FileTree.Entry pictures) throws IOException {
        MappedBytes bytes = files.open(pictures);
        int[] shape = shape(pictures.name(), bytes, 3, 4);
        int channels = shape.length == 4 ? shape[3] : 1;
        if (shape[0] < 1 || shape[1] < 1 || shape[2] < 1 || (channels != 1 && channels != 3)) {
            throw BinaryFiles.damaged(pictures.name(), "pictures of 1 or 3 channels", "axes " + Arrays.toString(shape));
        }
        RawPictures.Layout layout = new RawPictures.Layout(shape[1], shape[2], channels, RawPictures.Order.INTERLEAVED);
        String name = FileTree.lastName(pictures.name()).replaceFirst("\\.gz$", "");
        RawPictures.Part part = new RawPictures.Part(name, bytes, 4 + 4L * shape.length, layout.bytes(), shape[0]);
        Optional<int[]> labels = labels(files, pictures, shape[0]);
        int classes = labels.map(all -> IntStream.of(all).max().orElse(0) + 1).orElse(0);
        return new RawPictures(
                files.location(), List.of(part), layout, labels.orElse(new int[0]), BinaryFiles.numbers(classes));
    }

    private static Optional<int[]> labels(BinaryFiles files, FileTree.Entry pictures, int count) throws IOException {
        String name = FileTree.lastName(pictures.name())
                .replace("images", "labels")
                .replaceFirst("idx[34]", "idx1")
                .replaceFirst("\\.gz$", "");
        // QMNIST has rows of 32-bit integers, the class first.
        String wide = name.replaceFirst("idx1.ubyte$", "idx2-int");
        Optional<FileTree.Entry> entry = Stream.of(name, name + ".gz", wide, wide + ".gz")
                .flatMap(candidate -> files.named(candidate).stream())
                .findFirst();
        if (entry.isEmpty() || entry.get().equals(pictures)) {
            return Optional.empty();
        }
        MappedBytes bytes = files.open(entry.get());
        int[] shape = shape(entry.get().name(), bytes, 1, 2);
        if (shape[0] != count) {
            throw BinaryFiles.damaged(entry.get().name(), count + " labels", shape[0] + "");
        }
        int size = itemBytes(bytes);
        long stride = (long) size * (shape.length == 1 ? 1 : shape[1]);
        long start = 4 + 4L * shape.length;
        return Optional.of(IntStream.range(0, count)
                .map(i -> label(entry.get().name(), bytes, start + i * stride, size))
                .toArray());
    }

    /** Returns a label; only its last byte may be set, as classes are few. */
    private static int label(String file, MappedBytes bytes, long position, int size) {
        for (int i = 0; i < size - 1; i++) {
            if (bytes.unsigned(position + i) != 0) {
                throw BinaryFiles.damaged(file, "labels from 0 to 255", "another number");
            }
        }
        return bytes.unsigned(position + size - 1);
    }

    /** Returns whether the items are of a type that is read; only labels may be integers. */
    private static boolean isKnown(MappedBytes bytes, int fewestAxes) {
        return bytes.unsigned(2) == UNSIGNED_BYTE || (bytes.unsigned(2) == INT && fewestAxes == 1);
    }

    private static int itemBytes(MappedBytes bytes) {
        return bytes.unsigned(2) == INT ? Integer.BYTES : 1;
    }

    private static int[] shape(String file, MappedBytes bytes, int fewest, int most) {
        int axes = bytes.size() < 4 ? 0 : bytes.unsigned(3);
        if (axes < fewest || axes > most || bytes.size() < 4 + 4L * axes || !isKnown(bytes, fewest)) {
            throw BinaryFiles.damaged(
                    file,
                    "an IDX array of unsigned bytes" + (fewest == 1 ? " or 32-bit integers" : ""),
                    bytes.size() + " bytes with another header");
        }
        int[] shape = new int[axes];
        long items = 1;
        for (int axis = 0; axis < axes; axis++) {
            for (int i = 0; i < 4; i++) {
                shape[axis] = (shape[axis] << 8) | bytes.unsigned(4 + 4L * axis + i);
            }
            if (shape[axis] < 0 || (shape[axis] > 0 && items > Long.MAX_VALUE / shape[axis])) {
                throw BinaryFiles.damaged(file, "an IDX array", "a header that declares more than a file can hold");
            }
            items *= shape[axis];
        }
        if (bytes.size() != 4 + 4L * axes + Math.min(items, 1L << 60) * itemBytes(bytes)) {
            throw BinaryFiles.damaged(file, items + " items as its header says", (bytes.size() - 4 - 4L * axes) + "");
        }
        return shape;
    }
}
