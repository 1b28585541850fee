package org.mmcr.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.mmcr.MmcrException;

/**
 * Opens pictures by location: {@code path}, or {@code archive#inner/folder} for a folder inside a ZIP or TAR archive.
 *
 * <p>Of pictures in folders (or archives) at any depth, the first folder below the location is the class when every picture
 * lies in one. A folder or archive without pictures may hold a packed data set instead: CIFAR-10/100 binary, STL-10 binary
 * or IDX; then {@code #train} (also without it), {@code #test} and {@code #unlabeled} name its parts. A single file may be
 * one of these, or pictures in {@code .npy}.
 */
public final class DataSources {
    private static final Set<String> PARTS = Set.of("train", "test", "unlabeled");

    private DataSources() {}

    /**
     * Opens a location and decodes what is there once, so that broken pictures are known from the start.
     *
     * @throws MmcrException when nothing is there, nothing can be read, or a picture is broken and the options are strict
     */
    public static DataSource open(String location, DataOptions options) {
        Place place = Place.of(location);
        if (!Files.exists(place.path())) {
            throw new MmcrException(
                    "no data at " + place.path() + ": expected a folder of pictures, an archive of them or"
                            + " a packed data set; check the path (archive#inner/folder names a folder inside an archive)");
        }
        try {
            return isTree(place.path()) ? openTree(location, place, options) : openFile(location, place.path());
        } catch (IOException e) {
            throw new MmcrException(
                    "cannot read " + location + ": " + e + "; check that it is complete and may be read", e);
        }
    }

    /**
     * As {@link #open}, for what works on pictures alone.
     *
     * @throws MmcrException also when there is a table of numbers
     */
    public static PictureSource pictures(String location, DataOptions options) {
        DataSource source = open(location, options);
        if (source instanceof PictureSource pictures) {
            return pictures;
        }
        source.close();
        throw new MmcrException("expected pictures at " + location
                + ", found a table of numbers; name a folder or an archive of pictures");
    }

    /**
     * Rows in memory as a source.
     *
     * @param name stands for a location in messages, and begins the names of the rows
     * @param columnNames in order; empty for none
     * @param rows of equal length, not copied; NaN, a missing value, stands for the column's mean
     * @param labels one a row, an empty one for a row without; empty for none
     */
    public static VectorSource vectors(String name, List<String> columnNames, float[][] rows, List<String> labels) {
        int columns = rows.length == 0 ? 0 : rows[0].length;
        for (float[] row : rows) {
            if (row.length != columns) {
                throw new MmcrException("expected rows of " + columns + " numbers in " + name + ", found one of "
                        + row.length + "; give every row the same columns");
            }
        }
        return VectorTable.of(
                name,
                name,
                columnNames,
                NumberRows.of(columns, rows),
                labels.isEmpty() ? ClassLabels.none() : ClassLabels.of(labels),
                TableOptions.Missing.MEAN);
    }

    /** The datums of {@code source} at {@code indices}, in that order; closing the subset leaves the source open. */
    public static DataSource subset(DataSource source, int[] indices) {
        return SubsetSource.of(source, indices.clone());
    }

    private static DataSource openTree(String location, Place place, DataOptions options) throws IOException {
        FileTree tree = tree(place);
        try {
            if (!tree.entries().isEmpty() || place.inner().isEmpty()) {
                return openTree(location, tree, "train", options);
            }
        } catch (IOException | RuntimeException e) {
            tree.close();
            throw e;
        }
        tree.close();
        try (FileTree outer = tree(place.parent())) {
            return packed(location, outer, place.part()).orElseThrow(() -> noFolder(place));
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

    private static DataSource openFile(String location, Path file) throws IOException {
        byte[] head = head(file);
        if ((head[0] & 0xff) == 0x93 && startsWith(head, 1, "NUMPY")) {
            return NpyPictures.open(location, file);
        }
        Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of(""));
        String name = String.valueOf(file.getFileName());
        try (FolderTree tree = FolderTree.files(folder)) {
            PackedFiles files = new PackedFiles(location, tree, tree.entries());
            FileTree.Entry entry = files.named(name).orElseThrow(() -> unknown(file));
            if (IdxFiles.isPictures(isGzip(head) ? unpackedHead(file) : head)) {
                return IdxFiles.open(files, entry);
            }
            if (!name.endsWith(".bin")) {
                throw unknown(file);
            }
            return name.endsWith("_X.bin") ? StlFiles.open(files, entry) : CifarFiles.open(files, List.of(entry));
        }
    }

    private static MmcrException unknown(Path file) {
        return new MmcrException(
                "expected a folder, a ZIP, TAR or gzipped TAR archive, an .npy, IDX or CIFAR or STL .bin" + " file at "
                        + file + ", found none of these; name the folder or archive that holds the pictures");
    }

    private static MmcrException noFolder(Place place) {
        try (FileTree whole = tree(new Place(place.path(), ""))) {
            return new MmcrException("no folder " + place.inner() + " with pictures in " + place.path()
                    + "; at its top there is " + String.join(", ", topNames(whole.entries())));
        } catch (IOException e) {
            return new MmcrException("cannot read " + place.path() + ": " + e.getMessage(), e);
        }
    }

    private static boolean isTree(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            return true;
        }
        byte[] head = head(path);
        return startsWith(head, 0, "PK")
                || path.toString().toLowerCase(Locale.ROOT).endsWith(".tar")
                || startsWith(head, 257, "ustar")
                || (isGzip(head) && startsWith(unpackedHead(path), 257, "ustar"));
    }

    private static FileTree tree(Place place) throws IOException {
        if (Files.isDirectory(place.path())) {
            return new FolderTree(place.path().resolve(place.inner()));
        }
        if (!startsWith(head(place.path()), 0, "PK")) {
            return new TarTree(place.path(), place.inner());
        }
        try {
            return new ZipTree(place.path(), place.inner());
        } catch (ZipException e) {
            throw new MmcrException(
                    place.path() + " is a damaged ZIP archive (" + e.getMessage() + "); copy or download it again", e);
        }
    }

    private static byte[] head(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.copyOf(in.readNBytes(512), 512);
        }
    }

    private static byte[] unpackedHead(Path file) throws IOException {
        try (InputStream in = new GZIPInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
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

        /** The last step inward, which may name a part of a packed data set. */
        String part() {
            return PackedFiles.last(inner);
        }

        Place parent() {
            return new Place(path, inner.substring(0, Math.max(0, inner.lastIndexOf('/'))));
        }
    }
}
