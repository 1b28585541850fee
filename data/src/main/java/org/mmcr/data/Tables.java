package org.mmcr.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.MappedBytes;
import org.mmcr.data.io.NpyFiles;
import org.mmcr.data.io.NpyHeader;

/**
 * Tables of numbers in files: {@code .npy} and {@code .npz}, CSV and TSV, Parquet. An {@code .npy} file stays on disk and is
 * read through a mapping; the others are read into memory as float32.
 */
final class Tables {
    /** A text table with one of these columns lists pictures. */
    private static final Set<String> PATHS = Set.of("path", "file_name", "filename");

    private Tables() {}

    /** The table in a file; empty when the file holds something else, such as pictures. */
    static Optional<DataSource> open(Place place, DataOptions data) throws IOException {
        Path file = place.path();
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        String location = place.location();
        TableOptions options = data.table();
        String name = place.name().toLowerCase(Locale.ROOT);
        if (name.endsWith(".npy")) {
            return npy(location, file, options);
        }
        if (name.endsWith(".npz")) {
            return Optional.of(NpzTable.open(location, file, options));
        }
        if (name.endsWith(".csv") || name.endsWith(".tsv")) {
            return CsvTable.open(location, file, options);
        }
        return name.endsWith(".parquet") ? ParquetNumbers.open(location, file, options) : Optional.empty();
    }

    private static Optional<DataSource> npy(String location, Path file, TableOptions options) {
        MappedBytes content = NpyHeader.map(file);
        NpyHeader header = NpyHeader.read(file, content);
        if (header.shape().size() != 2 && !header.isFloat()) {
            return Optional.empty();
        }
        NumberRows rows = NpyRows.of(file.toString(), content, header);
        ClassLabels labels = NpyPictures.labelFile(file)
                .map(NpyFiles::readIntegers)
                .map(Tables::labels)
                .orElseGet(ClassLabels::none);
        return Optional.of(
                VectorTable.of(location, file.getFileName().toString(), List.of(), rows, labels, options.missing()));
    }

    static ClassLabels labels(long[] values) {
        return ClassLabels.of(LongStream.of(values).mapToObj(String::valueOf).toList());
    }

    /** Whether the columns are those of a list of pictures. */
    static boolean listsPictures(List<String> columns) {
        return columns.stream().anyMatch(name -> PATHS.contains(name.toLowerCase(Locale.ROOT)));
    }

    /**
     * Which columns of a table are what.
     *
     * @param data indices of the columns that are data
     * @param label index of the column with the labels
     */
    record Roles(List<Integer> data, Optional<Integer> label) {
        static Roles of(String location, List<String> names, TableOptions options) {
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
            return new Roles(data, label < 0 ? Optional.empty() : Optional.of(label));
        }
    }

    static MmcrException notNumeric(String location, String column, String found) {
        return new MmcrException("expected numbers in column '" + column + "' of " + location + ", found " + found
                + "; leave it out with --skip-columns '" + column
                + "', or, if it holds the labels, say --label-column '"
                + column + "'");
    }
}
