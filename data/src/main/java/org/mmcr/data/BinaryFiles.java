package org.mmcr.data;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.MappedBytes;
import org.mmcr.data.io.TemporaryFile;

/**
 * The files of a data set in a binary layout (CIFAR, STL-10, IDX), all of them in one folder.
 *
 * @param location location in messages
 * @param tree tree that holds the files
 * @param entries files of the folder
 */
record BinaryFiles(String location, FileTree tree, List<FileTree.Entry> entries) {
    /** Opens a location that is one such file. */
    static Optional<DataSource> open(DataLocation location, DataOptions options) throws IOException {
        if (location.isFolder()) {
            return Optional.empty();
        }
        Path folder = Optional.ofNullable(location.path().toAbsolutePath().getParent())
                .orElse(Path.of(""));
        FolderTree tree = FolderTree.files(folder);
        BinaryFiles files = new BinaryFiles(location.toString(), tree, tree.entries());
        Optional<FileTree.Entry> entry = files.named(location.name());
        if (entry.isPresent() && IdxFiles.isPictures(location.isGzip() ? location.unzippedHead() : location.head())) {
            location.requireNoPart();
            return Optional.of(IdxFiles.open(files, entry.get()));
        }
        if (entry.isEmpty() || !location.name().endsWith(".bin")) {
            return Optional.empty();
        }
        location.requireNoPart();
        return Optional.of(
                location.name().endsWith("_X.bin")
                        ? StlFiles.open(files, entry.get())
                        : CifarFiles.open(files, List.of(entry.get())));
    }

    /** Returns the folder of the first file with a matching name. Copies in other folders are not mixed in. */
    static Optional<BinaryFiles> find(String location, FileTree tree, Pattern name) {
        return tree.entries().stream()
                .filter(entry -> name.matcher(FileTree.lastName(entry.name())).matches())
                .findFirst()
                .map(first -> new BinaryFiles(
                        location,
                        tree,
                        tree.entries().stream()
                                .filter(entry -> parent(entry.name()).equals(parent(first.name())))
                                .toList()));
    }

    List<FileTree.Entry> matching(Pattern name) {
        return entries.stream()
                .filter(entry -> name.matcher(FileTree.lastName(entry.name())).matches())
                .toList();
    }

    Optional<FileTree.Entry> named(String name) {
        return entries.stream()
                .filter(entry -> FileTree.lastName(entry.name()).equals(name))
                .findFirst();
    }

    /** Opens an IDX file; a gzipped one is decompressed to a temporary file. */
    MappedBytes open(FileTree.Entry entry) throws IOException {
        MappedBytes stored = tree.open(entry);
        if (stored.size() < 2 || stored.unsigned(0) != 0x1f || stored.unsigned(1) != 0x8b) {
            return stored;
        }
        FileTree.requireSize(stored.size());
        byte[] packed = stored.read(0, Math.toIntExact(stored.size()));
        try (TemporaryFile plain = new TemporaryFile(Optional.empty());
                InputStream in = new GZIPInputStream(new ByteArrayInputStream(packed), 1 << 16)) {
            plain.unpack(entry.name(), packed.length, in);
            return plain.seal();
        }
    }

    /**
     * Returns the lines of a file of class names, or the numbers from 0 if it is missing or has fewer than
     * {@code count}.
     */
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
        return numbers(count);
    }

    /** Returns the class names 0, 1 and so on. */
    static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(String::valueOf).toList();
    }

    MmcrException missing(String part, String expected) {
        return new MmcrException("expected " + expected + " for the part " + part + " of " + location + ", found "
                + entries.stream()
                        .map(entry -> FileTree.lastName(entry.name()))
                        .limit(12)
                        .collect(Collectors.joining(", "))
                + "; add it, or name another part after the #");
    }

    static MmcrException damaged(String file, String expected, String found) {
        return new MmcrException(
                "expected " + expected + " in " + file + ", found " + found + "; copy or download it again");
    }

    private static String parent(String name) {
        return name.substring(0, Math.max(0, name.lastIndexOf('/')));
    }
}
