package org.mmcr.data;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.MappedBytes;

/** Files of one folder in which whole data sets lie packed, and what their readers share. */
record PackedFiles(String location, FileTree tree, List<FileTree.Entry> entries) {
    /** A packed file named by itself. */
    static Optional<DataSource> open(Place place, DataOptions options) throws IOException {
        if (place.isFolder()) {
            return Optional.empty();
        }
        Path folder =
                Optional.ofNullable(place.path().toAbsolutePath().getParent()).orElse(Path.of(""));
        try (FolderTree tree = FolderTree.files(folder)) {
            PackedFiles files = new PackedFiles(place.location(), tree, tree.entries());
            Optional<FileTree.Entry> entry = files.named(place.name());
            if (entry.isPresent() && IdxFiles.isPictures(place.isGzip() ? place.unpackedHead() : place.head())) {
                return Optional.of(IdxFiles.open(files, entry.get()));
            }
            if (entry.isEmpty() || !place.name().endsWith(".bin")) {
                return Optional.empty();
            }
            return Optional.of(
                    place.name().endsWith("_X.bin")
                            ? StlFiles.open(files, entry.get())
                            : CifarFiles.open(files, List.of(entry.get())));
        }
    }

    /** The first file whose last name matches, and only its folder's: copies elsewhere in the tree are not mixed in. */
    static Optional<PackedFiles> find(String location, FileTree tree, Pattern name) {
        return tree.entries().stream()
                .filter(entry -> name.matcher(last(entry.name())).matches())
                .findFirst()
                .map(first -> new PackedFiles(
                        location,
                        tree,
                        tree.entries().stream()
                                .filter(entry -> parent(entry.name()).equals(parent(first.name())))
                                .toList()));
    }

    List<FileTree.Entry> matching(Pattern name) {
        return entries.stream()
                .filter(entry -> name.matcher(last(entry.name())).matches())
                .toList();
    }

    Optional<FileTree.Entry> named(String name) {
        return entries.stream().filter(entry -> last(entry.name()).equals(name)).findFirst();
    }

    /** Content, unpacked when it is gzipped. */
    MappedBytes open(FileTree.Entry entry) throws IOException {
        if (!entry.name().endsWith(".gz")) {
            return tree.open(entry);
        }
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(tree.read(entry)), 1 << 16)) {
            return MappedBytes.of(in.readAllBytes());
        }
    }

    /** The lines of a file of class names when it is there and has at least {@code count}, else the numbers. */
    List<String> classNames(String file, int count) throws IOException {
        Optional<FileTree.Entry> entry = named(file);
        if (entry.isPresent()) {
            List<String> names = new String(tree.read(entry.get()), StandardCharsets.UTF_8)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
            if (names.size() >= count) {
                return names;
            }
        }
        return IntStream.range(0, count).mapToObj(String::valueOf).toList();
    }

    /** What a part that is not there is told. */
    MmcrException missing(String part, String expected) {
        return new MmcrException("expected " + expected + " for the part " + part + " of " + location + ", found "
                + String.join(
                        ", ",
                        entries.stream().map(e -> last(e.name())).limit(12).toList())
                + "; add it, or name another part after the #");
    }

    static MmcrException damaged(String file, String expected, String found) {
        return new MmcrException(
                "expected " + expected + " in " + file + ", found " + found + "; copy or download it again");
    }

    static String last(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    private static String parent(String name) {
        return name.substring(0, Math.max(0, name.lastIndexOf('/')));
    }
}
