package org.mmcr.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.MappedBytes;
import org.mmcr.data.io.NpyArray;
import org.mmcr.data.io.NpyHeader;
import org.mmcr.data.io.NpzArchive;

/**
 * Reads a table or pictures from a NumPy {@code .npz} archive. The data are the array {@code x}, {@code X},
 * {@code data}, {@code features}, {@code images} or {@code imgs}, or the only array that holds no labels; of an archive
 * with parts, {@code x_train} (Keras) or {@code train_images} (MedMNIST), where {@code #test} selects another part.
 * {@code #name} selects any array. The labels are integers or texts, one a sample.
 */
final class NpzTable {
    private static final List<String> DATA = List.of("x", "X", "data", "features", "images", "imgs");
    private static final List<String> LABELS = List.of("y", "Y", "labels", "label", "target");

    private final DataLocation location;
    private final Path file;
    private final NpzArchive archive;
    private final List<String> arrays;

    private NpzTable(DataLocation location, NpzArchive archive) {
        this.location = location;
        this.archive = archive;
        file = location.path();
        arrays = archive.arrays();
    }

    static DataSource open(DataLocation location, TableOptions options) {
        try (NpzArchive archive = NpzArchive.open(location.path())) {
            return new NpzTable(location, archive).read(options);
        }
    }

    /** Returns the array with the data, of any shape, and its labels. */
    static EmbeddingArray embeddings(DataLocation location) {
        try (NpzArchive archive = NpzArchive.open(location.path())) {
            NpzTable table = new NpzTable(location, archive);
            String name = table.data();
            String place = location.path() + "#" + name;
            Optional<List<String>> labels = table.labels(name).flatMap(table::texts);
            return EmbeddingArray.of(place, NpyArray.of(place, table.file, archive.read(name)), () -> labels);
        }
    }

    private DataSource read(TableOptions options) {
        String name = data();
        MappedBytes content = archive.read(name);
        Optional<String> labels = labels(name);
        NpyHeader header = NpyHeader.read(file, content);
        if (header.shape().size() > 2 && header.type().equals("uint8")) {
            return NpyPictures.of(
                    location.toString(),
                    name,
                    file,
                    content,
                    count -> labels.flatMap(one -> texts(one)
                                    .map(read ->
                                            ClassLabels.of(NpyPictures.requireCount(file + "#" + one, read, count))))
                            .orElse(ClassLabels.NONE));
        }
        return VectorTable.of(
                location.toString(),
                String.valueOf(file.getFileName()),
                List.of(),
                NumberRows.of(NpyArray.of(file + "#" + name, file, content)),
                labels.flatMap(this::texts).map(ClassLabels::of).orElse(ClassLabels.NONE),
                options.missing());
    }

    /** Returns the name of the array with the data. */
    private String data() {
        String part = location.inner();
        if (!part.isEmpty()) {
            return Stream.of(part, part + "_images", "x_" + part, "X_" + part)
                    .filter(arrays::contains)
                    .findFirst()
                    .orElseThrow(() -> missing("an array or a part " + part));
        }
        return Stream.of(DATA.stream(), Stream.of("train_images", "x_train", "X_train"))
                .flatMap(names -> names)
                .filter(arrays::contains)
                .findFirst()
                .or(this::only)
                .orElseThrow(() -> missing("an array x, X, data, features, images, imgs, x_train or train_images"));
    }

    /** Returns the name of the array with the labels of {@code data}. */
    private Optional<String> labels(String data) {
        Stream<String> names;
        if (data.endsWith("_images")) {
            names = Stream.of(data.replaceFirst("images$", "labels"));
        } else if (data.startsWith("x_") || data.startsWith("X_")) {
            names = Stream.of("y" + data.substring(1), "Y" + data.substring(1));
        } else {
            names = LABELS.stream().filter(name -> !name.equals(data));
        }
        return names.filter(arrays::contains).findFirst();
    }

    /** Returns the labels in an array; none if they are no classes. */
    private Optional<List<String>> texts(String name) {
        return Tables.foundByName(
                location.toString(), () -> NpyArray.labels(file + "#" + name, file, archive.read(name)));
    }

    private Optional<String> only() {
        List<String> rest =
                arrays.stream().filter(name -> !LABELS.contains(name)).toList();
        return rest.size() == 1 ? Optional.of(rest.get(0)) : Optional.empty();
    }

    private MmcrException missing(String expected) {
        return new MmcrException("expected " + expected + " in " + file + ", found "
                + (arrays.isEmpty() ? "none" : String.join(", ", arrays)) + "; name one of them after the #: " + file
                + "#" + (arrays.isEmpty() ? "x" : arrays.get(0)));
    }
}
