package org.mmcr.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.mmcr.core.MmcrException;

/** Reads columns of a Parquet file as a table each: lists of numbers of one length, or numbers; null is missing. */
final class ParquetModalities {
    private ParquetModalities() {}

    static List<VectorSource> read(String location, List<String> names) {
        Path file = Path.of(location);
        if (!Files.isRegularFile(file)) {
            throw new MmcrException("expected a Parquet file at " + file + ", found none; check the path");
        }
        try (ParquetTable table = ParquetTable.open(file)) {
            List<ParquetColumn> columns =
                    names.stream().map(name -> column(location, table, name)).toList();
            List<List<double[]>> rows = names.stream()
                    .<List<double[]>>map(name -> new ArrayList<>())
                    .toList();
            int[] lengths = new int[names.size()]; // of the longest list so far: missing ones get it too
            table.read(columns, (row, cells) -> {
                boolean longer = row == 0;
                for (int m = 0; m < cells.size(); m++) {
                    double[] values = numbers(cells.get(m));
                    rows.get(m).add(values);
                    longer |= values.length > lengths[m];
                    lengths[m] = Math.max(lengths[m], values.length);
                }
                if (longer) {
                    HeapLimit.requirePairs(
                            location, table.rows(), Arrays.stream(lengths).sum());
                }
            });
            return IntStream.range(0, names.size())
                    .mapToObj(m -> table(location + "#" + names.get(m), file, rows.get(m)))
                    .toList();
        }
    }

    private static ParquetColumn column(String location, ParquetTable table, String name) {
        ParquetColumn column = table.column(name)
                .orElseThrow(() -> new MmcrException("expected a column '" + name + "' in " + location + ", found "
                        + table.describe() + "; name one of them after the #"));
        if (column.kind() != ParquetColumn.Kind.NUMBER && column.kind() != ParquetColumn.Kind.NUMBERS) {
            throw new MmcrException("expected numbers or lists of numbers in column '" + name + "' of " + location
                    + ", found values of type " + column.type() + "; embed them first, or name another column");
        }
        return column;
    }

    private static double[] numbers(ParquetCell cell) {
        if (cell.column().kind() == ParquetColumn.Kind.NUMBER) {
            return cell.isPresent() ? new double[] {cell.number()} : new double[0];
        }
        List<Double> values = new ArrayList<>();
        cell.numbers(values::add);
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static VectorSource table(String location, Path file, List<double[]> rows) {
        int columns = rows.stream().mapToInt(row -> row.length).max().orElse(0);
        for (int i = 0; i < rows.size(); i++) {
            int length = rows.get(i).length;
            if (length == 0) {
                double[] missing = new double[columns];
                Arrays.fill(missing, Double.NaN);
                rows.set(i, missing);
            } else if (length != columns) {
                throw new MmcrException("expected lists of one length in " + location + ", found " + length
                        + " numbers in row " + (i + 1) + " and " + columns
                        + " in another; pad them, or make the shorter ones null");
            }
        }
        return VectorTable.of(
                location,
                String.valueOf(file.getFileName()),
                List.of(),
                NumberRows.compact(columns, rows),
                ClassLabels.NONE,
                TableOptions.Missing.MEAN);
    }
}
