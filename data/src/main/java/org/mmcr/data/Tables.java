package org.mmcr.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.Csv;
import org.mmcr.data.io.FileFailure;
import org.mmcr.data.io.NoClassesException;
import org.mmcr.data.io.NpyArray;
import org.mmcr.data.io.NpyFiles;
import org.mmcr.data.io.NpyFiles.Description;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens tables of numbers: {@code .npy} and {@code .npz}, CSV and TSV, Parquet. A {@code .npy} file stays on disk and
 * is memory mapped; the other formats are read into memory as float32.
 */
final class Tables {
    private static final Logger LOG = LoggerFactory.getLogger(Tables.class);
    /** Names of the column in which pandas writes its index; {@code Unnamed: 0} once it was read and written again. */
    private static final Pattern INDEX = Pattern.compile("|Unnamed: \\d+(\\.\\d+)*|__index_level_\\d+__");

    /** First column of features in what {@code mmcr embed} writes; the column {@code path} beside it names the rows. */
    private static final Set<String> EMBEDDINGS = Set.of("e0", "embedding");

    private Tables() {}

    /** Returns the table in a file, or empty if the file holds something else, such as pictures. */
    static Optional<DataSource> open(DataLocation location, DataOptions data) throws IOException {
        Path file = location.path();
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        TableOptions options = data.table();
        String name = location.name().toLowerCase(Locale.ROOT);
        if (name.endsWith(".npz")) {
            return Optional.of(NpzTable.open(location, options));
        }
        Optional<DataSource> table = Optional.empty();
        if (name.endsWith(".npy")) {
            table = npy(location.toString(), file, options);
        } else if (Csv.isCsv(name)) {
            table = CsvTable.open(location.toString(), file, options);
        } else if (name.endsWith(".parquet")) {
            table = ParquetNumbers.open(location.toString(), file, options);
        }
        if (table.isPresent()) {
            location.requireNoPart();
        }
        return table;
    }

    private static Optional<DataSource> npy(String location, Path file, TableOptions options) throws IOException {
        Description found = NpyFiles.describe(file);
        if (found.shape().size() != 2 && !found.type().startsWith("float")) {
            return Optional.empty();
        }
        ClassLabels labels = labelsBeside(location, file).map(ClassLabels::of).orElse(ClassLabels.NONE);
        return Optional.of(VectorTable.of(
                location,
                file.getFileName().toString(),
                List.of(),
                NumberRows.of(NpyArray.open(file)),
                labels,
                options.missing()));
    }

    /**
     * Returns the labels in a file beside {@code X.npy}: NumPy labels, or those in the {@code X.csv} that {@code mmcr
     * embed} writes; none if they are no classes.
     */
    static Optional<List<String>> labelsBeside(String location, Path npy) {
        Optional<Path> found = NpyPictures.labelFile(npy).or(() -> embeddedLabels(npy));
        return found.flatMap(file -> {
            Optional<List<String>> labels = foundByName(location, () -> LabelFile.read(file.toString()));
            labels.ifPresent(read -> LOG.warn("{}: labels of {}", location, file.getFileName()));
            return labels;
        });
    }

    /**
     * Reads labels that were found by their name and not asked for. Data whose labels are no classes, such as the
     * targets of a regression, are read without labels, and a warning says so.
     */
    static Optional<List<String>> foundByName(String location, Supplier<List<String>> labels) {
        try {
            return Optional.of(labels.get());
        } catch (NoClassesException e) {
            LOG.warn("{}: read without labels: {}", location, e.getMessage());
            return Optional.empty();
        }
    }

    private static Optional<Path> embeddedLabels(Path npy) {
        String name = String.valueOf(npy.getFileName());
        Path beside = npy.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".csv");
        if (!Files.isRegularFile(beside)) {
            return Optional.empty();
        }
        try (Csv csv = Csv.open(beside)) {
            return csv.next().equals(Optional.of(List.of(LabelFile.HEADER.split(",", -1))))
                    ? Optional.of(beside)
                    : Optional.empty();
        } catch (IOException e) {
            throw FileFailure.exception("labels in " + beside, e, "check the file");
        }
    }

    /**
     * Returns the position of the column with the paths if the columns are those of a list of pictures; skipped columns
     * do not count.
     *
     * @param first the first row; for the names {@code image}, {@code file}, {@code name} and so on it must name a
     *     picture, because tables of numbers have such columns too; under {@code image_id} anything but a number does
     * @param isPicture whether a number under {@code image_id} is the name of a picture without its extension
     */
    static Optional<Integer> pathColumn(
            List<String> columns, TableOptions options, Optional<List<String>> first, Predicate<String> isPicture) {
        if (columns.stream().anyMatch(EMBEDDINGS::contains)) {
            return Optional.empty();
        }
        List<String> names = columns.stream()
                .map(name -> options.skips(name) ? "" : name.strip().toLowerCase(Locale.ROOT))
                .toList();
        List<String> row = first.orElse(List.of()).stream().map(String::strip).toList();
        return positions(names, Manifest.PATHS)
                .findFirst()
                .or(() -> positions(names, Manifest.POSSIBLE_PATHS)
                        .filter(at -> at < row.size() && PictureDecoder.isPicture(row.get(at)))
                        .findFirst())
                .or(() -> positions(names, List.of(Manifest.IDS))
                        .filter(at ->
                                at < row.size() && (!CsvTable.isNumber(row.get(at)) || isPicture.test(row.get(at))))
                        .findFirst());
    }

    static Stream<Integer> positions(List<String> columns, List<String> wanted) {
        return wanted.stream().map(columns::indexOf).filter(at -> at >= 0);
    }

    /** Returns the table and logs how it was understood: rows, columns, labels, and columns that are left out. */
    static VectorTable report(
            ColumnRoles roles,
            List<String> names,
            String location,
            String name,
            List<String> columnNames,
            NumberRows rows,
            ClassLabels labels,
            TableOptions.Missing missing) {
        VectorTable table = VectorTable.of(location, name, columnNames, rows, labels, missing);
        String index = roles.index().isEmpty()
                ? ""
                : "; left out as an index: "
                        + roles.index().stream()
                                .map(names::get)
                                .map(one -> one.isEmpty() ? "the column without a name" : one)
                                .collect(Collectors.joining(", "));
        LOG.warn(
                "{}: {} rows, {} columns, {}{}",
                location,
                table.size(),
                table.columns(),
                roles.label()
                        .map(at -> "labels: " + names.get(at))
                        .orElse("no labels (no column is called " + String.join(", ", TableOptions.LABELS)
                                + "; --label-column names one)"),
                index);
        return table;
    }

    /**
     * The roles of a table's columns.
     *
     * @param data indices of the columns that are data
     * @param label index of the column with the labels
     * @param index indices of the columns that name rows: pandas' index, which has no name or is called
     *     {@code __index_level_0__}, and the paths of embedded pictures
     */
    record ColumnRoles(List<Integer> data, Optional<Integer> label, List<Integer> index) {
        static ColumnRoles of(String location, List<String> names, TableOptions options) {
            options.requireColumns(location, names);
            Optional<Integer> label = options.label(names);
            boolean embeddings = names.stream().anyMatch(EMBEDDINGS::contains);
            List<Integer> index = IntStream.range(0, names.size())
                    .filter(c -> INDEX.matcher(names.get(c)).matches()
                            || (embeddings && names.get(c).equals("path")))
                    .boxed()
                    .toList();
            List<Integer> data = IntStream.range(0, names.size())
                    .filter(c -> !label.equals(Optional.of(c)) && !index.contains(c))
                    .filter(c -> !options.skips(names.get(c)))
                    .boxed()
                    .toList();
            return new ColumnRoles(data, label, index);
        }
    }

    static MmcrException notNumeric(String location, String column, String found) {
        return new MmcrException("expected numbers in column '" + column + "' of " + location + ", found " + found
                + "; skip the column with --skip-columns '" + column
                + "', or, if it holds the labels, name it with --label-column '"
                + column + "'");
    }
}
