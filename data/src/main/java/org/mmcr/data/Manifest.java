package org.mmcr.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
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

/**
 * A CSV or TSV file that lists pictures: a column {@code path} (or {@code file_name}, {@code filename}), relative to the
 * file's own folder, and if there are labels a column {@code label} (or {@code class}). A picture that is listed and not there
 * counts as broken.
 */
final class Manifest {
    private static final List<String> PATHS = List.of("path", "file_name", "filename");
    private static final List<String> LABELS = List.of("label", "class");

    private final Path file;
    private final Path folder;
    private final List<FileTree.Entry> entries = new ArrayList<>();
    private final Map<String, String> labels = new HashMap<>();

    private Manifest(Path file) {
        this.file = file;
        folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of(""));
    }

    static Optional<DataSource> open(Place place, DataOptions options) throws IOException {
        String name = place.name().toLowerCase(Locale.ROOT);
        if (place.isFolder() || !(name.endsWith(".csv") || name.endsWith(".tsv"))) {
            return Optional.empty();
        }
        Manifest manifest = new Manifest(place.path());
        manifest.read(name.endsWith(".tsv") ? '\t' : ',');
        if (manifest.entries.isEmpty()) {
            throw new MmcrException("no picture found in " + place.location()
                    + ": it has no rows; list one picture a row below the names of the columns");
        }
        return Optional.of(EncodedPictures.open(
                place.location(), new Listed(manifest.folder), manifest.entries, manifest::labels, options));
    }

    private ClassLabels labels(List<FileTree.Entry> good) {
        return ClassLabels.of(good.stream()
                .map(entry -> labels.getOrDefault(entry.name(), ""))
                .toList());
    }

    private void read(char separator) throws IOException {
        try (BufferedReader text = Files.newBufferedReader(file);
                MappingIterator<List<String>> rows = new CsvMapper()
                        .readerForListOf(String.class)
                        .with(CsvParser.Feature.WRAP_AS_ARRAY)
                        .with(CsvParser.Feature.SKIP_EMPTY_LINES)
                        .with(CsvSchema.emptySchema().withColumnSeparator(separator))
                        .readValues(text)) {
            List<String> header = rows.hasNextValue() ? header(rows.nextValue()) : List.of();
            int path = position(header, PATHS)
                    .orElseThrow(() -> new MmcrException("expected a column called path in " + file + ", found "
                            + (header.isEmpty() ? "no columns" : String.join(", ", header))
                            + "; name the columns in the first line, for example path,label"));
            Optional<Integer> label = position(header, LABELS);
            for (int row = 2; rows.hasNextValue(); row++) {
                List<String> fields = rows.nextValue();
                if (fields.size() != header.size()) {
                    throw wrong(row, header.size() + " fields", fields.size() + "", "quote fields that hold a comma");
                }
                add(row, fields.get(path), label.map(fields::get).orElse(""));
            }
        } catch (JsonProcessingException | CharacterCodingException e) {
            throw new MmcrException(
                    "expected comma-separated text in UTF-8 in " + file + ", found: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse("") + "; save it so",
                    e);
        }
    }

    private static List<String> header(List<String> fields) {
        return fields.stream()
                .map(field -> field.replace("\ufeff", "").strip().toLowerCase(Locale.ROOT))
                .toList();
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
            // Said below.
        }
        throw wrong(
                row,
                "a path below the folder of the list",
                path.isEmpty() ? "none" : path,
                "move the list, or the pictures, so that it is");
    }

    private MmcrException wrong(int row, String expected, String found, String remedy) {
        return new MmcrException(
                "expected " + expected + " in row " + row + " of " + file + ", found " + found + "; " + remedy);
    }

    /** Files named one by one. */
    private record Listed(Path folder) implements FileTree {
        @Override
        public List<Entry> entries() {
            throw new UnsupportedOperationException("the list holds them");
        }

        @Override
        public byte[] read(Entry entry) throws IOException {
            try {
                return Files.readAllBytes(folder.resolve(entry.path()));
            } catch (NoSuchFileException e) {
                throw new IOException("it is listed, but there is no such file", e);
            }
        }

        @Override
        public void close() {}
    }
}
