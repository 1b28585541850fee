package org.mmcr.explorer.filter;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.mmcr.core.MmcrException;
import org.mmcr.data.CsvFields;
import org.mmcr.data.DataSource;
import org.mmcr.data.io.Csv;
import org.mmcr.data.io.FileFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A CSV table of the user's own columns about pictures, which a column of paths names. */
public final class ColumnTable {
    private static final Logger LOG = LoggerFactory.getLogger(ColumnTable.class);

    private final Path file;
    /** The row of each path, in the order of the file. */
    private final Map<String, Integer> rows;
    /** Each column as a field of pictures whose rows are given, -1 for a picture without a row. */
    private final List<Function<int[], PictureField>> columns;

    private ColumnTable(Path file, Map<String, Integer> rows, List<Function<int[], PictureField>> columns) {
        this.file = file;
        this.rows = rows;
        this.columns = columns;
    }

    /**
     * Reads a table. A column whose values are all numbers is one of numbers. Columns without a name, or with that of
     * another field, are left out, and a warning names them.
     *
     * @throws MmcrException if it cannot be read, has no column of paths or no other, or names a picture or a column
     *     twice
     */
    public static ColumnTable read(Path file) {
        try (Csv csv = Csv.open(file)) {
            return read(file, csv);
        } catch (IOException e) {
            throw FileFailure.exception("to read " + file, e, "check the path after --columns");
        }
    }

    private static ColumnTable read(Path file, Csv csv) throws IOException {
        List<String> header =
                csv.next().orElse(List.of()).stream().map(String::strip).toList();
        int path = CsvFields.pathColumn(header)
                .orElseThrow(() -> new MmcrException("expected a column called path in " + file + ", found "
                        + (header.isEmpty() ? "no columns" : String.join(", ", header))
                        + "; give that name to the column with the paths of the pictures"));
        int[] others = others(file, header, path);
        List<List<String>> cells = new ArrayList<>();
        IntStream.range(0, others.length).forEach(c -> cells.add(new ArrayList<>()));
        Map<String, Integer> rows = new LinkedHashMap<>();
        for (Optional<List<String>> row = csv.next(); row.isPresent(); row = csv.next()) {
            List<String> fields = row.get();
            if (fields.size() != header.size()) {
                throw new MmcrException("expected " + header.size() + " fields in row " + csv.row() + " of " + file
                        + ", found " + fields.size() + "; quote fields that contain the separator");
            }
            if (rows.putIfAbsent(fields.get(path), rows.size()) != null) {
                throw new MmcrException("expected each picture once in " + file + ", found " + fields.get(path)
                        + " again in row " + csv.row() + "; keep one of the two rows");
            }
            for (int c = 0; c < others.length; c++) {
                cells.get(c).add(fields.get(others[c]).strip());
            }
        }
        boolean decimalComma = csv.separator() != ',';
        List<Function<int[], PictureField>> columns = IntStream.range(0, others.length)
                .mapToObj(c -> column(header.get(others[c]), cells.get(c), decimalComma))
                .toList();
        return new ColumnTable(file, rows, columns);
    }

    /** Returns the positions of the columns that become fields, in order. */
    private static int[] others(Path file, List<String> header, int path) {
        List<Integer> kept = new ArrayList<>();
        List<String> left = new ArrayList<>();
        List<String> taken = new ArrayList<>();
        for (int c = 0; c < header.size(); c++) {
            String name = header.get(c).toLowerCase(Locale.ROOT);
            if (c == path) {
                continue;
            }
            if (name.isEmpty() || PictureFields.BUILT_IN.contains(name)) {
                left.add(name.isEmpty() ? "one without a name" : header.get(c));
                continue;
            }
            if (taken.contains(name)) {
                throw new MmcrException("expected columns of different names in " + file + ", found '" + header.get(c)
                        + "' twice; rename one");
            }
            taken.add(name);
            kept.add(c);
        }
        if (kept.isEmpty()) {
            throw new MmcrException("expected columns beside " + header.get(path) + " in " + file + ", found "
                    + (left.isEmpty() ? "none" : "only " + String.join(", ", left))
                    + "; add some with other names than " + String.join(", ", PictureFields.BUILT_IN)
                    + ", or leave --columns out");
        }
        if (!left.isEmpty()) {
            LOG.warn("{}: columns left out, because they have no name or that of another field: {}", file, left);
        }
        return kept.stream().mapToInt(Integer::intValue).toArray();
    }

    private static Function<int[], PictureField> column(String name, List<String> cells, boolean decimalComma) {
        return numbers(cells, decimalComma)
                .map(numbers -> ofNumbers(name, numbers))
                .orElseGet(() -> ofTexts(name, cells));
    }

    /** Returns the numbers of a column, NaN for missing ones; empty if a value is no number, or there is no value. */
    private static Optional<double[]> numbers(List<String> cells, boolean decimalComma) {
        double[] numbers = new double[cells.size()];
        boolean some = false;
        for (int row = 0; row < numbers.length; row++) {
            OptionalDouble number = CsvFields.number(cells.get(row), decimalComma);
            if (number.isEmpty()) {
                return Optional.empty();
            }
            numbers[row] = number.getAsDouble();
            some |= !Double.isNaN(numbers[row]);
        }
        return some ? Optional.of(numbers) : Optional.empty();
    }

    private static Function<int[], PictureField> ofNumbers(String name, double[] numbers) {
        return rows -> new PictureField.Numbers(name, i -> rows[i] < 0 ? Double.NaN : numbers[rows[i]]);
    }

    private static Function<int[], PictureField> ofTexts(String name, List<String> cells) {
        Map<String, Integer> values = new LinkedHashMap<>();
        int[] codes = new int[cells.size()];
        for (int row = 0; row < codes.length; row++) {
            if (!cells.get(row).isEmpty()) {
                values.putIfAbsent(cells.get(row), values.size());
            }
            codes[row] = values.getOrDefault(cells.get(row), -1);
        }
        List<String> names = List.copyOf(values.keySet());
        return rows -> new PictureField.Values(name, names, i -> rows[i] < 0 ? -1 : codes[rows[i]]);
    }

    /**
     * Returns a field of a source's samples for each column. Rows of no sample are counted in a warning.
     *
     * @throws MmcrException if no row is of a sample
     */
    List<PictureField> of(DataSource data) {
        int[] matched = new int[data.size()];
        BitSet used = new BitSet();
        for (int i = 0; i < matched.length; i++) {
            matched[i] = rows.getOrDefault(data.name(i), -1);
            if (matched[i] >= 0) {
                used.set(matched[i]);
            }
        }
        int unmatched = rows.size() - used.cardinality();
        if (used.isEmpty()) {
            throw new MmcrException("expected rows about the " + data.plural() + " of " + data.location() + " in "
                    + file + ", found none" + example(data)
                    + "; write the paths as labels.csv of the explorer has them");
        }
        if (unmatched > 0) {
            LOG.warn(
                    "{}: {} of {} rows match none of the {}, the first is {}; {} of {} {} have no row",
                    file,
                    unmatched,
                    rows.size(),
                    data.plural(),
                    path(used.nextClearBit(0)),
                    matched.length - used.cardinality(),
                    matched.length,
                    data.plural());
        }
        return columns.stream().map(column -> column.apply(matched)).toList();
    }

    /** Returns a path of the table beside a name of the data. */
    private String example(DataSource data) {
        return rows.isEmpty() || data.size() == 0
                ? ""
                : ", the first is " + path(0) + " where the data has " + data.name(0);
    }

    private String path(int row) {
        return rows.keySet().stream().skip(row).findFirst().orElseThrow();
    }
}
