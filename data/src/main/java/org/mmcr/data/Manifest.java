package org.mmcr.data;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.Csv;

/**
 * Reads a CSV or TSV list of pictures. A column {@code path}, {@code file_name} or the like holds paths below the
 * list's folder, or below another: {@code list.csv#folder}. A column {@code label} or the like holds the labels. A
 * listed picture that does not exist counts as broken.
 */
final class Manifest {
    /** Columns that make a table a list of pictures. */
    static final List<String> PATHS = List.of("path", "file_name", "filename", "filepath", "image_path");
    /** Columns that do so if they hold names of pictures. */
    static final List<String> POSSIBLE_PATHS = List.of("image", "img", "file", "name");

    /** Column of names without extension, as Kaggle's lists have it; in tables of numbers it holds numbers. */
    static final String IDS = "image_id";
    /** Extensions that are tried for such names. */
    private static final List<String> EXTENSIONS = List.of(
            "jpg", "png", "jpeg", "tif", "tiff", "webp", "bmp", "gif", "JPG", "PNG", "JPEG", "TIF", "TIFF", "WEBP",
            "BMP", "GIF");

    private final Path file;
    private final Path folder;
    private final List<FileTree.Entry> entries = new ArrayList<>();
    private final Map<String, String> labels = new HashMap<>();
    /** Extension of the picture found last, for names without one. */
    private String extension = EXTENSIONS.get(0);

    private Manifest(DataLocation location) {
        file = location.path();
        // Not location.inner(), which has no slash in front.
        folder = folder(file, location.inner().isEmpty() ? "" : location.text());
    }

    /** The folder of the pictures: the list's own, or the one after the # of its location. */
    private static Path folder(Path file, String text) {
        Path own = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of(""));
        int mark = text.lastIndexOf('#');
        return mark < 0 ? own : own.resolve(text.substring(mark + 1)).normalize();
    }

    /** Returns whether a picture of this name, which lacks the extension, is in the folder of a list's pictures. */
    static boolean names(Path file, String location, String name) {
        Path folder = folder(file, location.endsWith(String.valueOf(file.getFileName())) ? "" : location);
        return EXTENSIONS.stream().anyMatch(one -> Files.exists(folder.resolve(name + "." + one)));
    }

    static Optional<DataSource> open(DataLocation location, DataOptions options) throws IOException {
        if (location.isFolder() || !Csv.isCsv(location.name())) {
            return Optional.empty();
        }
        Manifest manifest = new Manifest(location);
        manifest.read(options.table());
        if (manifest.entries.isEmpty()) {
            throw new MmcrException("no picture found in " + location
                    + ": it has no rows; list one picture a row below the names of the columns");
        }
        manifest.requireSome();
        return Optional.of(EncodedPictures.open(
                location.toString(), new ListedFiles(manifest.folder), manifest.entries, manifest::labels, options));
    }

    /** Throws if no listed picture exists, as when the list lies beside the folder of its pictures. */
    private void requireSome() {
        if (entries.stream().noneMatch(entry -> Files.exists(Path.of(entry.path())))) {
            throw new MmcrException("expected the pictures that " + file + " lists in " + folder + ", found none of "
                    + entries.size() + ", the first is " + entries.get(0).name()
                    + "; name the folder of the pictures after the list, as " + file.getFileName()
                    + "#folder, or, if this is a table of numbers, skip the column with --skip-columns");
        }
    }

    private ClassLabels labels(List<FileTree.Entry> decoded) {
        return ClassLabels.of(decoded.stream()
                .map(entry -> labels.getOrDefault(entry.name(), ""))
                .toList());
    }

    private void read(TableOptions named) throws IOException {
        try (Csv csv = Csv.open(file)) {
            List<String> header =
                    csv.next().orElse(List.of()).stream().map(String::strip).toList();
            TableOptions options = named.among(file.toString(), header, Set.of());
            // Whether a number is the name of a picture was asked when the table was taken for a list.
            int path = Tables.pathColumn(header, options, csv.peek(), id -> true)
                    .orElseThrow(() -> new MmcrException("expected a column called path in " + file + ", found "
                            + (header.isEmpty() ? "no columns" : String.join(", ", header))
                            + "; name the columns in the first line, for example path,label"));
            Optional<Integer> label = options.label(header);
            for (Optional<List<String>> row = csv.next(); row.isPresent(); row = csv.next()) {
                List<String> fields = row.get();
                if (fields.size() != header.size()) {
                    throw wrong(
                            csv.row(),
                            header.size() + " fields",
                            fields.size() + "",
                            "quote fields that contain the separator");
                }
                add(csv.row(), pathOf(fields.get(path)), label.map(fields::get).orElse(""));
            }
        }
    }

    /** Returns the path in a field: without the spaces around it, unless a file's name has them. */
    private String pathOf(String field) {
        String stripped = field.strip();
        try {
            return !field.equals(stripped) && Files.isRegularFile(folder.resolve(field)) ? field : stripped;
        } catch (InvalidPathException e) {
            return stripped;
        }
    }

    private void add(int row, String path, String label) throws IOException {
        Path picture = resolve(row, path);
        String name = Path.of(path).isAbsolute()
                ? folder.normalize().relativize(picture).toString().replace('\\', '/')
                : path.replace('\\', '/');
        if (labels.putIfAbsent(name, label.strip()) != null) {
            throw wrong(row, "each picture once", name + " again", "keep one of the two rows");
        }
        entries.add(
                new FileTree.Entry(name, picture.toString(), Files.isRegularFile(picture) ? Files.size(picture) : 0));
    }

    private Path resolve(int row, String path) {
        try {
            Path inside = folder.resolve(path).normalize();
            // Lists that were written on Windows have backslashes.
            Path other = folder.resolve(path.replace('\\', '/')).normalize();
            Path found = withExtension(Files.exists(inside) ? inside : other);
            if (!path.isEmpty() && found.startsWith(folder.normalize())) {
                return found;
            }
        } catch (InvalidPathException e) {
            // Reported below.
        }
        throw wrong(
                row,
                "a path below the folder " + folder,
                path.isEmpty() ? "none" : path,
                "name the folder of the pictures after the list, as " + file.getFileName() + "#folder");
    }

    /** Returns the picture of a name without extension, or the name itself if there is none. */
    private Path withExtension(Path path) {
        if (PictureDecoder.isPicture(path.toString()) || Files.exists(path)) {
            return path;
        }
        Optional<String> known = Stream.concat(Stream.of(extension), EXTENSIONS.stream())
                .filter(one -> Files.exists(path.resolveSibling(path.getFileName() + "." + one)))
                .findFirst();
        extension = known.orElse(extension);
        return known.map(one -> path.resolveSibling(path.getFileName() + "." + one))
                .orElse(path);
    }

    private MmcrException wrong(int row, String expected, String found, String remedy) {
        return new MmcrException(
                "expected " + expected + " in row " + row + " of " + file + ", found " + found + "; " + remedy);
    }

    /** Files of a folder that are read by name and not enumerated. */
    private record ListedFiles(Path folder) implements FileTree {
        @Override
        public List<Entry> entries() {
            throw new UnsupportedOperationException("the manifest holds the entries");
        }

        @Override
        public byte[] read(Entry entry) throws IOException {
            try {
                FileTree.requireSize(entry.size());
                return Files.readAllBytes(folder.resolve(entry.path()));
            } catch (NoSuchFileException e) {
                throw new IOException("it is listed, but there is no such file", e);
            } catch (AccessDeniedException e) {
                throw new IOException("this user may not read it", e);
            }
        }
    }
}
