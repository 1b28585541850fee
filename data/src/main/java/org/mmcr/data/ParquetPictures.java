package org.mmcr.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mmcr.core.MmcrException;

/**
 * Pictures in Parquet as Hugging Face stores them: a struct of {@code bytes} and {@code path}, and a label, in one file or in
 * a folder of shards. Rows have no random access, so the encoded pictures go to a scratch file when the source is opened.
 */
final class ParquetPictures {
    private static final List<String> LABELS = List.of("label", "labels", "fine_label", "class");
    private static final String BYTES = ".bytes";

    private final Place place;
    private final SpilledFiles.Writer spill;
    private final List<String> names = new ArrayList<>();
    private final List<String> labels = new ArrayList<>();
    private List<String> classNames = List.of();

    private ParquetPictures(Place place, SpilledFiles.Writer spill) {
        this.place = place;
        this.spill = spill;
    }

    static Optional<DataSource> open(Place place, DataOptions options) throws IOException {
        List<Path> shards =
                isParquet(place) ? List.of(place.path()) : Shards.find(place, name -> name.endsWith(".parquet"));
        if (shards.isEmpty()) {
            return Optional.empty();
        }
        try (SpilledFiles.Writer spill = new SpilledFiles.Writer(options)) {
            ParquetPictures pictures = new ParquetPictures(place, spill);
            for (Path shard : shards) {
                pictures.read(shard);
            }
            return Optional.of(pictures.source(options));
        }
    }

    /** By its ending too, so that a file cut short before its first byte is called a damaged one. */
    private static boolean isParquet(Place place) throws IOException {
        return !place.isFolder() && (place.name().endsWith(".parquet") || place.startsWith(0, "PAR1"));
    }

    private void read(Path shard) {
        try (ParquetTable table = ParquetTable.open(shard)) {
            Columns columns = Columns.of(shard, table);
            if (classNames.isEmpty()) {
                classNames = columns.classNames();
            }
            table.read(columns.wanted(), (row, cells) -> {
                ParquetCell bytes = cells.get(0);
                spill.add(bytes.isPresent() ? bytes.bytes() : new byte[0]);
                names.add(columns.path().map(at -> text(cells.get(at))).orElse(""));
                labels.add(columns.label().map(at -> label(cells.get(at))).orElse(""));
            });
        }
    }

    private DataSource source(DataOptions options) throws IOException {
        if (names.isEmpty()) {
            throw new MmcrException("no picture found in " + place.location()
                    + ": its tables have no rows; name a file or a part that has some");
        }
        SpilledFiles files = spill.seal(uniqueNames());
        Map<String, String> labelOf = new HashMap<>();
        for (int i = 0; i < labels.size(); i++) {
            labelOf.put(files.entries().get(i).name(), labels.get(i));
        }
        return EncodedPictures.open(
                place.location(),
                files,
                files.entries(),
                good -> ClassLabels.of(
                        good.stream().map(entry -> labelOf.get(entry.name())).toList(), classNames),
                options);
    }

    /** The paths that the table gives, when they tell its rows apart; else the rows' numbers. */
    private List<String> uniqueNames() {
        Set<String> distinct = new HashSet<>(names);
        return distinct.size() == names.size() && !distinct.contains("")
                ? names
                : IntStream.range(0, names.size()).mapToObj(i -> "row " + i).toList();
    }

    private static String text(ParquetCell cell) {
        return cell.isPresent() ? cell.text() : "";
    }

    /** Negative numbers stand for no label, as Hugging Face marks the rows of a test set that keeps its labels secret. */
    private String label(ParquetCell cell) {
        if (!cell.isPresent()) {
            return "";
        }
        if (cell.column().kind() == ParquetColumn.Kind.TEXT) {
            return cell.text();
        }
        long number = (long) cell.number();
        if (number < 0) {
            return "";
        }
        return number < classNames.size() ? classNames.get((int) number) : Long.toString(number);
    }

    /**
     * Which columns are read, and where each stands among them; the pictures stand first.
     *
     * @param classNames in order, when the file notes them
     */
    private record Columns(
            List<ParquetColumn> wanted, Optional<Integer> path, Optional<Integer> label, List<String> classNames) {
        static Columns of(Path shard, ParquetTable table) {
            ParquetColumn picture = table.columns().stream()
                    .filter(column -> column.kind() == ParquetColumn.Kind.BYTES
                            && column.name().endsWith(BYTES))
                    .findFirst()
                    .orElseThrow(() ->
                            new MmcrException("expected a column of pictures, a struct of bytes and path, in " + shard
                                    + ", found " + table.describe() + "; name another file, or write the column so"));
            Map<String, List<String>> noted = HuggingFaceNotes.classLabels(table.notes());
            List<ParquetColumn> wanted = new ArrayList<>(List.of(picture));
            String struct = picture.name().substring(0, picture.name().length() - BYTES.length());
            Optional<Integer> path = table.column(struct + ".path")
                    .filter(column -> column.kind() == ParquetColumn.Kind.TEXT)
                    .map(column -> add(wanted, column));
            Optional<ParquetColumn> label = Stream.concat(LABELS.stream(), noted.keySet().stream())
                    .flatMap(name -> table.column(name).stream())
                    .filter(Columns::isLabel)
                    .findFirst();
            List<String> classes = label.map(column -> noted.getOrDefault(column.name(), List.of()))
                    .orElse(List.of());
            return new Columns(wanted, path, label.map(column -> add(wanted, column)), classes);
        }

        private static boolean isLabel(ParquetColumn column) {
            return column.kind() == ParquetColumn.Kind.NUMBER || column.kind() == ParquetColumn.Kind.TEXT;
        }

        private static int add(List<ParquetColumn> wanted, ParquetColumn column) {
            wanted.add(column);
            return wanted.size() - 1;
        }
    }
}
