package org.mmcr.data;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipException;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.FileFailure;

/** Opens folders and archives: picture files at any depth, or the binary files of a data set. */
final class PictureFolders {
    private static final Set<String> PARTS = Set.of("train", "test", "unlabeled");

    private PictureFolders() {}

    static Optional<DataSource> open(DataLocation location, DataOptions options) throws IOException {
        return location.isFolder() || isZip(location) || isTar(location)
                ? Optional.of(openTree(location, options))
                : Optional.empty();
    }

    private static DataSource openTree(DataLocation location, DataOptions options) throws IOException {
        FileTree tree = tree(location);
        try {
            if (!tree.entries().isEmpty() || location.inner().isEmpty()) {
                Optional<DataSource> shard = tree instanceof TarTree
                        ? WebDataset.open(location.toString(), tree, options)
                        : Optional.empty();
                return shard.isPresent() ? shard.get() : openTree(location.toString(), tree, "train", options);
            }
        } catch (IOException | RuntimeException e) {
            tree.close();
            throw e;
        }
        tree.close();
        try (FileTree outer = tree(location.parent())) {
            return binary(location.toString(), outer, location.part()).orElseThrow(() -> noFolder(location));
        }
    }

    private static DataSource openTree(String location, FileTree tree, String part, DataOptions options)
            throws IOException {
        Optional<DataSource> binary = binary(location, tree, part);
        if (binary.isPresent()) {
            tree.close();
            return binary.get();
        }
        return EncodedPictures.open(location, tree, options);
    }

    /** Opens the binary files of a tree without pictures. */
    private static Optional<DataSource> binary(String location, FileTree tree, String part) throws IOException {
        boolean pictures = tree.entries().stream().anyMatch(entry -> PictureDecoder.isPicture(entry.name()));
        if (pictures || !PARTS.contains(part)) {
            return Optional.empty();
        }
        Optional<DataSource> found = CifarFiles.find(location, tree, part);
        if (found.isEmpty()) {
            found = StlFiles.find(location, tree, part);
        }
        return found.isPresent() ? found : IdxFiles.find(location, tree, part);
    }

    private static boolean isZip(DataLocation location) throws IOException {
        return location.startsWith(0, "PK");
    }

    private static boolean isTar(DataLocation location) throws IOException {
        return !location.isFolder()
                && (location.name().toLowerCase(Locale.ROOT).endsWith(".tar")
                        || location.startsWith(257, "ustar")
                        || location.unzippedStartsWith(257, "ustar"));
    }

    private static FileTree tree(DataLocation location) throws IOException {
        if (location.isFolder()) {
            return new FolderTree(location.path().resolve(location.inner()));
        }
        if (!isZip(location)) {
            return new TarTree(location.path(), location.inner());
        }
        try {
            return new ZipTree(location.path(), location.inner());
        } catch (ZipException e) {
            throw ZipTree.unreadable(location.path(), e);
        }
    }

    private static MmcrException noFolder(DataLocation location) {
        try (FileTree whole = tree(location.root())) {
            return new MmcrException("expected a folder " + location.inner() + " with pictures in " + location.path()
                    + ", found none; its top level holds " + String.join(", ", topNames(whole.entries())));
        } catch (IOException e) {
            return FileFailure.exception("to read " + location.path(), e, "try again");
        }
    }

    private static List<String> topNames(List<FileTree.Entry> entries) {
        TreeSet<String> names = new TreeSet<>();
        for (FileTree.Entry entry : entries) {
            int slash = entry.name().indexOf('/');
            names.add(slash < 0 ? entry.name() : entry.name().substring(0, slash + 1));
        }
        return names.stream().limit(12).toList();
    }
}
