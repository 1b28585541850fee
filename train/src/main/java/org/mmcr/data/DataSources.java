package org.mmcr.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.zip.ZipException;
import org.mmcr.MmcrException;

/**
 * Opens pictures by location: {@code path}, or {@code archive#inner/folder} for a folder inside a ZIP or TAR archive.
 */
public final class DataSources {
    private DataSources() {}

    /**
     * Opens a location and decodes what is there once, so that broken pictures are known from the start.
     *
     * @throws MmcrException when nothing is there, nothing can be read, or a picture is broken and the options are strict
     */
    public static DataSource open(String location, DataOptions options) {
        Place place = Place.of(location);
        if (!Files.exists(place.path())) {
            throw new MmcrException("no data at " + place.path() + ": expected a folder of pictures or an archive;"
                    + " check the path (archive#inner/folder names a folder inside an archive)");
        }
        try {
            FileTree tree = tree(place);
            try {
                return EncodedPictures.open(location, tree, options);
            } catch (IOException | RuntimeException e) {
                tree.close();
                throw e;
            }
        } catch (IOException e) {
            throw new MmcrException("cannot read " + location + ": " + e.getMessage(), e);
        }
    }

    /** The pictures of {@code source} at {@code indices}, in that order; closing the subset leaves the source open. */
    public static DataSource subset(DataSource source, int[] indices) {
        return new SubsetSource(source, indices.clone());
    }

    private static FileTree tree(Place place) throws IOException {
        if (Files.isDirectory(place.path())) {
            return new FolderTree(place.path().resolve(place.inner()));
        }
        FileTree tree = archive(place);
        if (tree.entries().isEmpty() && !place.inner().isEmpty()) {
            tree.close();
            try (FileTree whole = archive(new Place(place.path(), ""))) {
                throw new MmcrException("no folder " + place.inner() + " in " + place.path() + "; at its top there is "
                        + String.join(", ", topNames(whole.entries())));
            }
        }
        return tree;
    }

    private static FileTree archive(Place place) throws IOException {
        byte[] head = head(place.path());
        if (startsWith(head, 0, "PK")) {
            try {
                return new ZipTree(place.path(), place.inner());
            } catch (ZipException e) {
                throw new MmcrException(
                        place.path() + " is a damaged ZIP archive (" + e.getMessage() + "); copy or download it again",
                        e);
            }
        }
        if (startsWith(head, 257, "ustar") || isGzip(head)) {
            return new TarTree(place.path(), place.inner());
        }
        throw new MmcrException(place.path() + " is neither a folder nor a ZIP, TAR or gzipped TAR archive;"
                + " name the folder or archive that holds the pictures");
    }

    private static byte[] head(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.copyOf(in.readNBytes(512), 512);
        }
    }

    private static boolean isGzip(byte[] head) {
        return (head[0] & 0xff) == 0x1f && (head[1] & 0xff) == 0x8b;
    }

    private static boolean startsWith(byte[] head, int offset, String magic) {
        byte[] expected = magic.getBytes(StandardCharsets.US_ASCII);
        return Arrays.equals(head, offset, offset + expected.length, expected, 0, expected.length);
    }

    private static List<String> topNames(List<FileTree.Entry> entries) {
        TreeSet<String> names = new TreeSet<>();
        for (FileTree.Entry entry : entries) {
            int slash = entry.name().indexOf('/');
            names.add(slash < 0 ? entry.name() : entry.name().substring(0, slash + 1));
        }
        return names.stream().limit(12).toList();
    }

    /** A location taken apart at its {@code #}; a file whose own name holds one is found first. */
    record Place(Path path, String inner) {
        static Place of(String location) {
            int hash = location.lastIndexOf('#');
            if (hash < 0 || Files.exists(Path.of(location))) {
                return new Place(Path.of(location), "");
            }
            String inner = location.substring(hash + 1).replaceAll("^/+|/+$", "");
            return new Place(Path.of(location.substring(0, hash)), inner);
        }
    }
}
