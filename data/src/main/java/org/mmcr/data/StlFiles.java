package org.mmcr.data;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.mmcr.data.io.MappedBytes;

/**
 * Reads STL-10 binaries: planes of 96x96 red, green and blue bytes, column by column; labels 1 to 10 in the
 * {@code _y.bin} file. Coates et al. 2011, cs.stanford.edu/~acoates/stl10.
 */
final class StlFiles {
    private static final int SIDE = 96;
    private static final int BYTES = SIDE * SIDE * 3;
    private static final Pattern ANY = Pattern.compile("(train|test|unlabeled)_X\\.bin");

    private StlFiles() {}

    /** Opens {@code train}, {@code test} or {@code unlabeled} of a tree; empty if it holds no such files. */
    static Optional<DataSource> find(String location, FileTree tree, String part) throws IOException {
        Optional<BinaryFiles> files = BinaryFiles.find(location, tree, ANY);
        if (files.isEmpty()) {
            return Optional.empty();
        }
        FileTree.Entry pictures = files.get()
                .named(part + "_X.bin")
                .orElseThrow(() -> files.get().missing(part, "the STL-10 file " + part + "_X.bin"));
        return Optional.of(open(files.get(), pictures));
    }

    static DataSource open(BinaryFiles files, FileTree.Entry pictures) throws IOException {
        if (pictures.size() == 0 || pictures.size() % BYTES != 0) {
            throw BinaryFiles.damaged(
                    pictures.name(), "STL-10 pictures of " + BYTES + " bytes", pictures.size() + " bytes");
        }
        String name = FileTree.lastName(pictures.name());
        int count = (int) (pictures.size() / BYTES);
        Optional<FileTree.Entry> labelFile = files.named(name.replace("_X.bin", "_y.bin"));
        int[] labels = labelFile.isPresent() ? labels(files, labelFile.get(), count) : new int[0];
        List<String> classNames = labelFile.isPresent() ? files.classNames("class_names.txt", 10) : List.of();
        RawPictures.Part part = new RawPictures.Part(name, files.tree().open(pictures), 0, BYTES, count);
        RawPictures.Layout layout = new RawPictures.Layout(SIDE, SIDE, 3, RawPictures.Order.PLANES_BY_COLUMN);
        return new RawPictures(files.location(), List.of(part), layout, labels, classNames);
    }

    private static int[] labels(BinaryFiles files, FileTree.Entry entry, int count) throws IOException {
        MappedBytes bytes = files.tree().open(entry);
        if (bytes.size() != count) {
            throw BinaryFiles.damaged(entry.name(), count + " labels", bytes.size() + " bytes");
        }
        int[] labels = IntStream.range(0, count).map(i -> bytes.unsigned(i) - 1).toArray();
        if (IntStream.of(labels).anyMatch(label -> label < 0 || label > 9)) {
            throw BinaryFiles.damaged(entry.name(), "STL-10 labels from 1 to 10", "other labels");
        }
        return labels;
    }
}
