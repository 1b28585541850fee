package org.mmcr.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.Csv;

/**
 * Reads a table from CSV. The first row names the columns, unless all of its fields are values, at least one of them a
 * number, that do not count 0, 1, 2. Empty fields, {@code NA}, {@code NaN}, {@code null} and {@code ?} are missing
 * values; {@code true} is 1 and {@code false} is 0.
 */
final class CsvTable {
    private static final Set<String> MISSING = Set.of("", "na", "nan", "null", "?");

    private static final Pattern INFINITE = Pattern.compile("[-+]?inf(inity)?", Pattern.CASE_INSENSITIVE);

    private static final Pattern TRUTH = Pattern.compile("true|false", Pattern.CASE_INSENSITIVE);

    private final String location;
    /** Whether 1,5 is a number; not where the comma separates fields. */
    private boolean decimalComma;
    /** Whether the last field of every row is empty. */
    private boolean lastIsBlank = true;

    private final List<double[]> rows = new ArrayList<>();
    private final List<String> labels = new ArrayList<>();
    private List<String> names = List.of();

    private CsvTable(String location) {
        this.location = location;
    }

    /** Returns the table, or empty if the file lists pictures. */
    static Optional<DataSource> open(String location, Path file, TableOptions options) throws IOException {
        try (Csv csv = Csv.open(file)) {
            return new CsvTable(location).read(csv, file, options);
        }
    }

    private Optional<DataSource> read(Csv csv, Path file, TableOptions options) throws IOException {
        decimalComma = csv.separator() != ',';
        List<String> head = csv.next().orElse(List.of());
        boolean named = counts(head) || !isRow(head);
        names = named ? names(head) : List.of();
        if (Tables.pathColumn(names, options, csv.peek(), id -> Manifest.names(file, location, id))
                .isPresent()) {
            return Optional.empty();
        }
        Tables.ColumnRoles roles = Tables.ColumnRoles.of(location, names, options);
        if (!named && !head.isEmpty()) {
            roles = new Tables.ColumnRoles(
                    IntStream.range(0, head.size()).boxed().toList(), Optional.empty(), List.of());
            add(head, head.size(), csv.row(), roles);
        }
        for (Optional<List<String>> row = csv.next(); row.isPresent(); row = csv.next()) {
            add(row.get(), head.size(), csv.row(), roles);
        }
        if (!named && lastIsBlank && head.size() > 1) {
            roles = withoutLast(roles);
        }
        return Optional.of(Tables.report(
                roles,
                names,
                location,
                String.valueOf(file.getFileName()),
                named ? roles.data().stream().map(names::get).toList() : List.of(),
                NumberRows.compact(roles.data().size(), rows),
                ClassLabels.of(labels),
                options.missing()));
    }

    /** Returns whether a first row holds values. Columns may be named True and False, so one must be a number. */
    private static boolean isRow(List<String> head) {
        boolean truths = head.stream().anyMatch(CsvTable::isTruth);
        return head.stream().allMatch(field -> isMissing(field) || isNumber(field) || isTruth(field))
                && (!truths || head.stream().anyMatch(field -> !isMissing(field) && isNumber(field)));
    }

    /** Returns whether a first row counts 0, 1, 2, as pandas names columns without names. */
    private static boolean counts(List<String> head) {
        int index = !head.isEmpty() && head.get(0).isBlank() ? 1 : 0;
        boolean counted = IntStream.range(index, head.size())
                .allMatch(c -> head.get(c).strip().equals(String.valueOf(c - index)));
        return counted && head.size() >= (index == 1 ? 2 : 3);
    }

    private List<String> names(List<String> head) {
        List<String> found = head.stream().map(String::strip).toList();
        if (found.stream().distinct().count() < found.size()) {
            throw new MmcrException("expected columns of different names in " + location + ", found "
                    + String.join(", ", found) + "; rename the repeated ones");
        }
        return found;
    }

    /** Leaves out the last column, which is the separator at the end of each row. */
    private Tables.ColumnRoles withoutLast(Tables.ColumnRoles roles) {
        List<Integer> data = roles.data().subList(0, roles.data().size() - 1);
        rows.replaceAll(row -> Arrays.copyOf(row, data.size()));
        return new Tables.ColumnRoles(data, roles.label(), roles.index());
    }

    private void add(List<String> given, int width, int line, Tables.ColumnRoles roles) {
        boolean trailing = given.size() == width + 1 && given.get(width).isBlank();
        List<String> fields = trailing ? given.subList(0, width) : given;
        if (fields.size() != width) {
            throw new MmcrException("expected " + width + " fields in line " + line + " of " + location + ", found "
                    + fields.size() + "; correct it (quote fields that contain the separator)");
        }
        lastIsBlank &= fields.get(width - 1).isBlank();
        double[] row = new double[roles.data().size()];
        for (int c = 0; c < row.length; c++) {
            row[c] = number(fields, roles.data().get(c), line);
        }
        rows.add(row);
        roles.label().ifPresent(label -> labels.add(fields.get(label).strip()));
    }

    private double number(List<String> fields, int column, int line) {
        String field = fields.get(column).strip();
        if (isMissing(field)) {
            return Double.NaN;
        }
        if (isTruth(field)) {
            return Boolean.parseBoolean(field) ? 1 : 0;
        }
        try {
            return parse(field, decimalComma);
        } catch (NumberFormatException e) {
            String name = names.isEmpty() ? String.valueOf(column + 1) : names.get(column);
            throw Tables.notNumeric(location, name, "'" + field + "' in line " + line);
        }
    }

    static double parse(String field, boolean decimalComma) {
        if (INFINITE.matcher(field).matches()) {
            return field.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        return Double.parseDouble(decimalComma ? field.replaceFirst("^([-+]?\\d*),(\\d+)", "$1.$2") : field);
    }

    private static boolean isTruth(String field) {
        return TRUTH.matcher(field.strip()).matches();
    }

    static boolean isMissing(String field) {
        return MISSING.contains(field.strip().toLowerCase(Locale.ROOT));
    }

    static boolean isNumber(String field) {
        try {
            parse(field.strip(), true);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
