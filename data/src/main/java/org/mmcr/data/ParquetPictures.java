package org.mmcr.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.FileFailure;
import org.mmcr.data.io.Json;

/**
 * Reads pictures from Parquet: a struct of {@code bytes} and {@code path}, as Hugging Face stores them, or a binary
 * column, and a label, in one file or a folder of shards. Parquet has no random access to rows, so the encoded
 * pictures are copied to a temporary file.
 */
final class ParquetPictures {
    private static final String BYTES = ".bytes";

    private final DataLocation location;
    private final SpilledFiles.Writer spill;
    /** Of columns that the first shard has, once it is open. */
    private TableOptions tableOptions;

    private final List<String> names = new ArrayList<>();
    private final List<String> labels = new ArrayList<>();
    private List<String> classNames = List.of();

    private ParquetPictures(DataLocation location, SpilledFiles.Writer spill, TableOptions tableOptions) {
        this.location = location;
        this.spill = spill;
        this.tableOptions = tableOptions;
    }

    static Optional<DataSource> open(DataLocation location, DataOptions options) throws IOException {
        boolean single = isParquet(location);
        if (single) {
            location.requireNoPart();
        }
        List<Path> shards =
                single ? List.of(location.path()) : Shards.find(location, name -> name.endsWith(".parquet"));
        if (shards.isEmpty()) {
            return Optional.empty();
        }
        try (SpilledFiles.Writer spill = new SpilledFiles.Writer(options)) {
            ParquetPictures pictures = new ParquetPictures(location, spill, options.table());
            for (Path shard : shards) {
                pictures.read(shard);
            }
            return Optional.of(pictures.source(options));
        }
    }

    /** Detects Parquet by content or extension: an empty {@code .parquet} file is a damaged Parquet file. */
    private static boolean isParquet(DataLocation location) throws IOException {
        return !location.isFolder() && (location.name().endsWith(".parquet") || location.startsWith(0, "PAR1"));
    }

    private void read(Path shard) throws IOException {
        spill.allow(Files.size(shard));
        try (ParquetTable table = ParquetTable.open(shard)) {
            if (names.isEmpty()) {
                tableOptions = tableOptions.among(
                        shard.toString(),
                        table.columns().stream().map(ParquetColumn::name).toList(),
                        Columns.declaredClasses(table.metadata()).keySet());
            }
            Columns columns = Columns.of(shard, table, tableOptions);
            HeapLimit.require(
                    shard.toString(),
                    names.size() + table.rows(),
                    0,
                    columns.wanted().size());
            if (classNames.isEmpty()) {
                classNames = columns.classNames();
            }
            table.read(columns.wanted(), (row, cells) -> {
                String path = columns.path().map(at -> text(cells.get(at))).orElse("");
                spill(shard, cells.get(0), path);
                names.add(path);
                labels.add(columns.label().map(at -> label(cells.get(at))).orElse(""));
            });
        }
    }

    /** Copies a picture; one without bytes is read from its path, relative to the folder of the table. */
    private void spill(Path shard, ParquetCell bytes, String path) throws IOException {
        if (bytes.isPresent()) {
            spill.add(shard.toString(), bytes.bytes());
            return;
        }
        Path folder = Optional.ofNullable(shard.toAbsolutePath().normalize().getParent())
                .orElse(Path.of("/"));
        Optional<Path> beside = path.isEmpty() ? Optional.empty() : below(folder, path);
        if (beside.isEmpty()) {
            spill.addMissing(
                    path.isEmpty()
                            ? "it has neither bytes nor a path"
                            : "it has no bytes, and there is no file " + path + " beside the table");
            return;
        }
        try {
            FileTree.requireSize(Files.size(beside.get()));
            byte[] content = Files.readAllBytes(beside.get());
            spill.allow(content.length);
            spill.add(beside.get().toString(), content);
        } catch (AccessDeniedException e) {
            spill.addMissing("this user may not read it");
        } catch (IOException e) {
            if (FileFailure.isOutOfFiles(e)) {
                throw e;
            }
            spill.addMissing(FileFailure.reason(e));
        }
    }

    private static Optional<Path> below(Path folder, String path) {
        try {
            Path file = folder.resolve(path).normalize();
            return file.startsWith(folder) && Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private DataSource source(DataOptions options) throws IOException {
        if (names.isEmpty()) {
            throw new MmcrException("no picture found in " + location
                    + ": its tables have no rows; name a file or a part that has rows");
        }
        SpilledFiles files = spill.seal(uniqueNames());
        Map<String, String> labelOf = new HashMap<>();
        for (int i = 0; i < labels.size(); i++) {
            labelOf.put(files.entries().get(i).name(), labels.get(i));
        }
        return EncodedPictures.open(
                location.toString(),
                files,
                files.entries(),
                decoded -> ClassLabels.of(
                        decoded.stream().map(entry -> labelOf.get(entry.name())).toList(), classNames),
                options);
    }

    /** Returns the paths in the table if they are unique, else the numbers of the rows. */
    private List<String> uniqueNames() {
        Set<String> distinct = new HashSet<>(names);
        return distinct.size() == names.size() && !distinct.contains("")
                ? names
                : IntStream.range(0, names.size()).mapToObj(i -> "row " + i).toList();
    }

    private static String text(ParquetCell cell) {
        return cell.isPresent() ? cell.text() : "";
    }

    /** Returns a label. A negative number is none: Hugging Face marks test sets without public labels so. */
    private String label(ParquetCell cell) {
        String label = cell.label();
        if (label.isEmpty() || cell.column().kind() == ParquetColumn.Kind.TEXT) {
            return label;
        }
        double number = cell.number();
        if (number < 0) {
            return "";
        }
        return number == Math.rint(number) && number < classNames.size() ? classNames.get((int) number) : label;
    }

    /**
     * The columns to read.
     *
     * @param wanted the columns, the pictures first
     * @param path position of the paths among them
     * @param label position of the labels among them
     * @param classNames names of the classes in order, if the metadata declare them
     */
    private record Columns(
            List<ParquetColumn> wanted, Optional<Integer> path, Optional<Integer> label, List<String> classNames) {
        static Columns of(Path shard, ParquetTable table, TableOptions options) {
            List<String> all = table.columns().stream().map(ParquetColumn::name).toList();
            options.requireColumns(shard.toString(), all);
            List<ParquetColumn> binary = table.columns().stream()
                    .filter(column -> column.kind() == ParquetColumn.Kind.BYTES && !options.skips(column.name()))
                    .toList();
            ParquetColumn picture = binary.stream()
                    .filter(column -> column.name().endsWith(BYTES))
                    .findFirst()
                    .or(() -> binary.stream().findFirst())
                    .orElseThrow(() -> noPictures(shard, table));
            Map<String, List<String>> declared = declaredClasses(table.metadata());
            List<ParquetColumn> wanted = new ArrayList<>(List.of(picture));
            String struct = picture.name().endsWith(BYTES)
                    ? picture.name().substring(0, picture.name().length() - BYTES.length()) + "."
                    : "";
            Optional<Integer> path = table.column(struct + "path")
                    .filter(column -> column.kind() == ParquetColumn.Kind.TEXT)
                    .map(column -> add(wanted, column));
            Optional<ParquetColumn> label = labelColumn(shard, table, options, declared);
            List<String> classes = label.map(column -> declared.getOrDefault(column.name(), List.of()))
                    .orElse(List.of());
            return new Columns(wanted, path, label.map(column -> add(wanted, column)), classes);
        }

        /** Returns the named column, or else the first with a usual name or with declared classes. */
        private static Optional<ParquetColumn> labelColumn(
                Path shard, ParquetTable table, TableOptions options, Map<String, List<String>> declared) {
            if (options.labelColumn().isPresent()) {
                return options.labelColumn()
                        .flatMap(table::column)
                        .map(column -> column.requireLabels(shard.toString()));
            }
            List<String> all = table.columns().stream().map(ParquetColumn::name).toList();
            return Stream.concat(
                            options.label(all).map(table.columns()::get).stream(),
                            declared.keySet().stream()
                                    .filter(name -> !options.skips(name))
                                    .flatMap(name -> table.column(name).stream()))
                    .filter(ParquetColumn::mayHoldLabels)
                    .findFirst();
        }

        private static MmcrException noPictures(Path shard, ParquetTable table) {
            boolean lists = table.columns().stream().anyMatch(ParquetColumn::isBinaryList);
            return new MmcrException(
                    "expected a column with one picture a row, binary or a struct of bytes and path, in " + shard
                            + ", found " + (lists ? "lists of pictures: " : "") + table.describe()
                            + "; name another file, or write such a column");
        }

        /** Returns the class names by column that Hugging Face's {@code datasets} writes into the metadata. */
        private static Map<String, List<String>> declaredClasses(Map<String, String> metadata) {
            Map<String, List<String>> classes = new LinkedHashMap<>();
            parse(metadata.getOrDefault("huggingface", "{}"))
                    .at("/info/features")
                    .properties()
                    .forEach(feature -> {
                        if (feature.getValue().path("_type").asText().equals("ClassLabel")) {
                            List<String> names = new ArrayList<>();
                            feature.getValue().path("names").forEach(name -> names.add(name.asText()));
                            classes.put(feature.getKey(), unique(names));
                        }
                    });
            return classes;
        }

        /** Returns names of which those that occur again have a number: ImageNet has two classes called crane. */
        private static List<String> unique(List<String> names) {
            Set<String> unique = new LinkedHashSet<>();
            for (String name : names) {
                String next = name;
                for (int i = 2; !unique.add(next); i++) {
                    next = name + " (" + i + ")";
                }
            }
            return List.copyOf(unique);
        }

        /** Parses metadata; another program may have written something else under the same key. */
        private static JsonNode parse(String json) {
            try {
                return Json.mapper().readTree(json);
            } catch (JsonProcessingException e) {
                return MissingNode.getInstance();
            }
        }

        /** Returns the position of a column, which is added unless it is there: the labels may be the paths. */
        private static int add(List<ParquetColumn> wanted, ParquetColumn column) {
            if (!wanted.contains(column)) {
                wanted.add(column);
            }
            return wanted.indexOf(column);
        }
    }
}
