package org.mmcr.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.NpyArray;
import org.mmcr.data.io.NpyFiles;
import org.mmcr.data.io.NpyFiles.Description;

/**
 * Opens tables of numbers: {@code .npy} and {@code .npz}, CSV and TSV, Parquet. A {@code .npy} file stays on disk and
 * is memory mapped; the other formats are read into memory as float32.
 */
final class Tables {
    private Tables() {}

    /** Returns the table in a file, or empty if the file holds something else, such as pictures. */
    static Optional<DataSource> open(DataLocation location, DataOptions data) throws IOException {
        Path file = location.path();
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        TableOptions options = data.table();
        String name = location.name().toLowerCase(Locale.ROOT);
        if (name.endsWith(".npy")) {
            return npy(location.toString(), file, options);
        }
        if (name.endsWith(".npz")) {
            return Optional.of(NpzTable.open(location.toString(), file, options));
        }
        if (name.endsWith(".csv") || name.endsWith(".tsv")) {
            return CsvTable.open(location.toString(), file, options);
        }
        return name.endsWith(".parquet") ? ParquetNumbers.open(location.toString(), file, options) : Optional.empty();
    }

    private static Optional<DataSource> npy(String location, Path file, TableOptions options) {
        Description found = NpyFiles.describe(file);
        if (found.shape().size() != 2 && !found.type().startsWith("float")) {
            return Optional.empty();
        }
        ClassLabels labels = NpyPictures.labelFile(file)
                .map(NpyFiles::readIntegers)
                .map(Tables::labels)
                .orElse(ClassLabels.NONE);
        return Optional.of(VectorTable.of(
                location,
                file.getFileName().toString(),
                List.of(),
                NumberRows.of(NpyArray.open(file)),
                labels,
                options.missing()));
    }

    static ClassLabels labels(long[] values) {
        return ClassLabels.of(LongStream.of(values).mapToObj(String::valueOf).toList());
    }

    /** Returns whether the columns are those of a list of pictures. */
    static boolean listsPictures(List<String> columns) {
        return columns.stream().anyMatch(name -> Manifest.PATHS.contains(name.toLowerCase(Locale.ROOT)));
    }

    /**
     * The roles of a table's columns.
     *
     * @param data indices of the columns that are data
     * @param label index of the column with the labels
     */
    record ColumnRoles(List<Integer> data, Optional<Integer> label) {
        static ColumnRoles of(String location, List<String> names, TableOptions options) {
            List<String> asked = new ArrayList<>(options.skipColumns());
            options.labelColumn().ifPresent(asked::add);
            for (String name : asked) {
                if (!names.contains(name)) {
                    throw new MmcrException("expected a column '" + name + "' in " + location + ", found "
                            + (names.isEmpty() ? "columns without names" : String.join(", ", names))
                            + "; correct --label-column or --skip-columns");
                }
            }
            int label = names.indexOf(options.labelColumn().orElse(TableOptions.LABEL));
            List<Integer> data = IntStream.range(0, names.size())
                    .filter(c -> c != label && !options.skipColumns().contains(names.get(c)))
                    .boxed()
                    .toList();
            return new ColumnRoles(data, label < 0 ? Optional.empty() : Optional.of(label));
        }
    }

    static MmcrException notNumeric(String location, String column, String found) {
        return new MmcrException("expected numbers in column '" + column + "' of " + location + ", found " + found
                + "; skip the column with --skip-columns '" + column
                + "', or, if it holds the labels, name it with --label-column '"
                + column + "'");
    }
}
