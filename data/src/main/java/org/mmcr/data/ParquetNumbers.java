package org.mmcr.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.mmcr.core.MmcrException;

/**
 * Reads a table from Parquet: columns of numbers, and columns of lists of one length. A list becomes the columns
 * {@code name[0]}, {@code name[1]} and so on. Labels may be text or numbers.
 */
final class ParquetNumbers {
    private final String location;
    private final List<String> names = new ArrayList<>();
    private final List<double[]> rows = new ArrayList<>();
    private final List<String> labels = new ArrayList<>();
    /** How many numbers each column has in the first row. */
    private final List<Integer> lengths = new ArrayList<>();
    /** Numbers of the current row. */
    private double[] buffer = new double[16];

    private int filled;

    private ParquetNumbers(String location) {
        this.location = location;
    }

    /** Returns the table, or empty if the file holds pictures or lists them. */
    static Optional<DataSource> open(String location, Path file, TableOptions options) {
        try (ParquetTable table = ParquetTable.open(file)) {
            List<String> names =
                    table.columns().stream().map(ParquetColumn::name).toList();
            boolean pictures = table.columns().stream()
                    .anyMatch(column -> column.mayHoldPictures() && !options.skips(column.name()));
            return pictures
                            || Tables.pathColumn(names, options, Optional.empty(), id -> false)
                                    .isPresent()
                    ? Optional.empty()
                    : Optional.of(new ParquetNumbers(location).read(file, table, names, options));
        }
    }

    private DataSource read(Path file, ParquetTable table, List<String> all, TableOptions options) {
        Tables.ColumnRoles roles = Tables.ColumnRoles.of(location, all, options);
        List<ParquetColumn> wanted = new ArrayList<>();
        roles.data().forEach(index -> wanted.add(numeric(table.columns().get(index))));
        roles.label().ifPresent(index -> wanted.add(table.columns().get(index).requireLabels(location)));
        int data = roles.data().size();
        table.read(wanted, (row, cells) -> {
            filled = 0;
            for (int c = 0; c < data; c++) {
                take(cells.get(c), c, row);
            }
            if (row == 0) {
                HeapLimit.require(location, table.rows(), filled, cells.size() - data);
            }
            rows.add(Arrays.copyOf(buffer, filled));
            if (cells.size() > data) {
                labels.add(cells.get(data).label());
            }
        });
        return Tables.report(
                roles,
                all,
                location,
                String.valueOf(file.getFileName()),
                names,
                NumberRows.compact(names.size(), rows),
                ClassLabels.of(labels),
                options.missing());
    }

    private ParquetColumn numeric(ParquetColumn column) {
        if (column.kind() != ParquetColumn.Kind.NUMBER && column.kind() != ParquetColumn.Kind.NUMBERS) {
            throw Tables.notNumeric(location, column.name(), "values of type " + column.type());
        }
        return column;
    }

    private void take(ParquetCell cell, int column, long row) {
        int before = filled;
        String name = cell.column().name();
        boolean list = cell.column().kind() == ParquetColumn.Kind.NUMBERS;
        if (list) {
            cell.numbers(this::put);
        } else {
            put(cell.isPresent() ? cell.number() : Double.NaN);
        }
        int length = filled - before;
        if (row == 0) {
            lengths.add(length);
            IntStream.range(0, length)
                    .mapToObj(i -> list ? name + "[" + i + "]" : name)
                    .forEach(names::add);
        } else if (length != lengths.get(column)) {
            throw new MmcrException("expected lists of one length in column '" + name + "' of " + location + ", found "
                    + length + " numbers in row " + (row + 1) + " and " + lengths.get(column)
                    + " in the first; pad them, or leave the column out with --skip-columns");
        }
    }

    private void put(double value) {
        if (filled == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * filled);
        }
        buffer[filled++] = value;
    }
}
