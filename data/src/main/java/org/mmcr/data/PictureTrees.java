package org.mmcr.data;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipException;
import org.mmcr.core.MmcrException;

/** Folders and archives: pictures as files at any depth, or the files of a packed data set. */
final class PictureTrees {
    private static final Set<String> PARTS = Set.of("train", "test", "unlabeled");

    private PictureTrees() {}

    static Optional<DataSource> open(Place place, DataOptions options) throws IOException {
        return place.isFolder() || isZip(place) || isTar(place)
                ? Optional.of(openTree(place, options))
                : Optional.empty();
    }

    private static DataSource openTree(Place place, DataOptions options) throws IOException {
        FileTree tree = tree(place);
        try {
            if (!tree.entries().isEmpty() || place.inner().isEmpty()) {
                Optional<DataSource> shard =
                        tree instanceof TarTree ? WebDataset.open(place.location(), tree, options) : Optional.empty();
                return shard.isPresent() ? shard.get() : openTree(place.location(), tree, "train", options);
            }
        } catch (IOException | RuntimeException e) {
            tree.close();
            throw e;
        }
        tree.close();
        try (FileTree outer = tree(place.parent())) {
            return packed(place.location(), outer, place.part()).orElseThrow(() -> noFolder(place));
        }
    }

    private static DataSource openTree(String location, FileTree tree, String part, DataOptions options)
            throws IOException {
        Optional<DataSource> packed = packed(location, tree, part);
        if (packed.isPresent()) {
            tree.close();
            return packed.get();
        }
        return EncodedPictures.open(location, tree, options);
    }

    /** A packed data set, where there are no pictures of their own. */
    private static Optional<DataSource> packed(String location, FileTree tree, String part) throws IOException {
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

    private static boolean isZip(Place place) throws IOException {
        return place.startsWith(0, "PK");
    }

    private static boolean isTar(Place place) throws IOException {
        return !place.isFolder()
                && (place.name().toLowerCase(Locale.ROOT).endsWith(".tar")
                        || place.startsWith(257, "ustar")
                        || place.unpackedStartsWith(257, "ustar"));
    }

    private static FileTree tree(Place place) throws IOException {
        if (place.isFolder()) {
            return new FolderTree(place.path().resolve(place.inner()));
        }
        if (!isZip(place)) {
            return new TarTree(place.path(), place.inner());
        }
        try {
            return new ZipTree(place.path(), place.inner());
        } catch (ZipException e) {
            throw new MmcrException(
                    place.path() + " is a damaged ZIP archive (" + e.getMessage() + "); copy or download it again", e);
        }
    }

    private static MmcrException noFolder(Place place) {
        try (FileTree whole = tree(place.whole())) {
            return new MmcrException("no folder " + place.inner() + " with pictures in " + place.path()
                    + "; at its top there is " + String.join(", ", topNames(whole.entries())));
        } catch (IOException e) {
            return new MmcrException("cannot read " + place.path() + ": " + e.getMessage(), e);
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
