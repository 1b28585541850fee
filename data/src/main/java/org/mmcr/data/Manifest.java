package org.mmcr.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.Csv;

/**
 * Reads a CSV or TSV list of pictures. The column {@code path} (or {@code file_name}, {@code filename}) holds paths
 * relative to the list's folder, the optional column {@code label} (or {@code class}) the labels. A listed picture
 * that does not exist counts as broken.
 */
final class Manifest {
    /** Columns that make a table a list of pictures. */
    static final List<String> PATHS = List.of("path", "file_name", "filename");

    private static final List<String> LABELS = List.of("label", "class");

    private final Path file;
    private final Path folder;
    private final List<FileTree.Entry> entries = new ArrayList<>();
    private final Map<String, String> labels = new HashMap<>();

    private Manifest(Path file) {
        this.file = file;
        folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of(""));
    }

    static Optional<DataSource> open(DataLocation location, DataOptions options) throws IOException {
        String name = location.name().toLowerCase(Locale.ROOT);
        if (location.isFolder() || !(name.endsWith(".csv") || name.endsWith(".tsv"))) {
            return Optional.empty();
        }
        Manifest manifest = new Manifest(location.path());
        manifest.read();
        if (manifest.entries.isEmpty()) {
            throw new MmcrException("no picture found in " + location
                    + ": it has no rows; list one picture a row below the names of the columns");
        }
        return Optional.of(EncodedPictures.open(
                location.toString(), new ListedFiles(manifest.folder), manifest.entries, manifest::labels, options));
    }

    private ClassLabels labels(List<FileTree.Entry> decoded) {
        return ClassLabels.of(decoded.stream()
                .map(entry -> labels.getOrDefault(entry.name(), ""))
                .toList());
    }

    private void read() throws IOException {
        try (Csv csv = Csv.open(file)) {
            List<String> header = csv.next().orElse(List.of()).stream()
                    .map(field -> field.strip().toLowerCase(Locale.ROOT))
                    .toList();
            int path = position(header, PATHS)
                    .orElseThrow(() -> new MmcrException("expected a column called path in " + file + ", found "
                            + (header.isEmpty() ? "no columns" : String.join(", ", header))
                            + "; name the columns in the first line, for example path,label"));
            Optional<Integer> label = position(header, LABELS);
            for (Optional<List<String>> row = csv.next(); row.isPresent(); row = csv.next()) {
                List<String> fields = row.get();
                if (fields.size() != header.size()) {
                    throw wrong(
                            csv.row(),
                            header.size() + " fields",
                            fields.size() + "",
                            "quote fields that contain the separator");
                }
                add(csv.row(), fields.get(path), label.map(fields::get).orElse(""));
            }
        }
    }

    private static Optional<Integer> position(List<String> header, List<String> names) {
        return names.stream().map(header::indexOf).filter(at -> at >= 0).findFirst();
    }

    private void add(int row, String path, String label) throws IOException {
        Path picture = resolve(row, path);
        if (labels.putIfAbsent(path, label.strip()) != null) {
            throw wrong(row, "each picture once", path + " again", "keep one of the two rows");
        }
        entries.add(new FileTree.Entry(path, path, Files.isRegularFile(picture) ? Files.size(picture) : 0));
    }

    private Path resolve(int row, String path) {
        try {
            Path inside = Path.of(path);
            boolean outside =
                    inside.isAbsolute() || !folder.resolve(inside).normalize().startsWith(folder.normalize());
            if (!outside && !path.isEmpty()) {
                return folder.resolve(inside);
            }
        } catch (InvalidPathException e) {
            // Reported below.
        }
        throw wrong(
                row,
                "a path below the folder of the list",
                path.isEmpty() ? "none" : path,
                "move the list or the pictures");
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
                return Files.readAllBytes(folder.resolve(entry.path()));
            } catch (NoSuchFileException e) {
                throw new IOException("it is listed, but there is no such file", e);
            }
        }
    }
}
