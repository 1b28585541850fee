package org.mmcr.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Reads CIFAR-10 and CIFAR-100 binaries. A record is a label (CIFAR-10) or a coarse and a fine label (CIFAR-100,
 * whose fine label counts), then planes of 32x32 red, green and blue bytes. Krizhevsky 2009,
 * cs.toronto.edu/~kriz/cifar.html.
 */
final class CifarFiles {
    private static final int PIXELS = 32 * 32 * 3;
    private static final Pattern TRAIN = Pattern.compile("data_batch_\\d+\\.bin|train\\.bin");
    private static final Pattern TEST = Pattern.compile("test_batch\\.bin|test\\.bin");
    private static final Pattern ANY = Pattern.compile(TRAIN.pattern() + "|" + TEST.pattern());

    private CifarFiles() {}

    /** Opens the part {@code train} or {@code test} of a tree, or returns empty if it holds no such files. */
    static Optional<DataSource> find(String location, FileTree tree, String part) throws IOException {
        Optional<BinaryFiles> files = BinaryFiles.find(location, tree, ANY);
        if (files.isEmpty()) {
            return Optional.empty();
        }
        List<FileTree.Entry> wanted = files.get().matching(part.equals("test") ? TEST : TRAIN);
        if (wanted.isEmpty() || part.equals("unlabeled")) {
            throw files.get().missing(part, "CIFAR files data_batch_*.bin or train.bin, test_batch.bin or test.bin");
        }
        return Optional.of(open(files.get(), wanted));
    }

    /** Opens files as one source, in their order. */
    static DataSource open(BinaryFiles files, List<FileTree.Entry> wanted) throws IOException {
        int head = labelBytes(wanted.get(0));
        int stride = head + PIXELS;
        List<RawPictures.Part> parts = new ArrayList<>();
        for (FileTree.Entry entry : wanted) {
            if (entry.size() == 0 || entry.size() % stride != 0) {
                throw BinaryFiles.damaged(
                        entry.name(), "CIFAR records of " + stride + " bytes", entry.size() + " bytes");
            }
            parts.add(new RawPictures.Part(
                    FileTree.lastName(entry.name()), files.tree().open(entry), head, stride, (int)
                            (entry.size() / stride)));
        }
        int classes = head == 1 ? 10 : 100;
        List<String> names = files.classNames(head == 1 ? "batches.meta.txt" : "fine_label_names.txt", classes);
        RawPictures.Layout layout = new RawPictures.Layout(32, 32, 3, RawPictures.Order.PLANES);
        return new RawPictures(files.location(), parts, layout, labels(parts, classes), names);
    }

    /** Returns the label bytes of a record; for a size that fits both layouts the file's name decides. */
    private static int labelBytes(FileTree.Entry entry) {
        boolean ten = entry.size() % (1 + PIXELS) == 0;
        boolean hundred = entry.size() % (2 + PIXELS) == 0;
        if (ten && hundred) {
            return FileTree.lastName(entry.name()).contains("batch") ? 1 : 2;
        }
        return hundred ? 2 : 1;
    }

    private static int[] labels(List<RawPictures.Part> parts, int classes) {
        int[] labels = parts.stream()
                .flatMapToInt(part -> IntStream.range(0, part.count())
                        .map(i -> part.bytes().unsigned(part.start() - 1 + i * part.stride())))
                .toArray();
        for (int label : labels) {
            if (label >= classes) {
                throw BinaryFiles.damaged(parts.get(0).name(), "CIFAR labels below " + classes, "label " + label);
            }
        }
        return labels;
    }
}
