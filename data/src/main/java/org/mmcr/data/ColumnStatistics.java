package org.mmcr.data;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;

/**
 * Names, means and standard deviations of a table's columns. Those of the training data are saved with the run and
 * standardise every other table.
 *
 * @param names names of the columns in order; empty if the table has none
 * @param mean mean of each column without its missing values
 * @param std population standard deviation of each column, or 1 for a column whose
 *     largest value equals its smallest
 */
@API(status = API.Status.STABLE)
public record ColumnStatistics(
        @JsonPropertyDescription("names of the columns, filled in from the data")
        List<String> names,

        @JsonPropertyDescription("mean of each column, filled in from the data")
        List<Double> mean,

        @JsonPropertyDescription("standard deviation of each column, filled in from the data")
        List<Double> std) {
    public ColumnStatistics {
        names = List.copyOf(names);
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        boolean named = names.isEmpty() || names.size() == mean.size();
        if (!named || std.size() != mean.size() || std.stream().anyMatch(value -> !(value > 0))) {
            throw new MmcrException("expected a mean and a positive std for each column, found " + names.size()
                    + " names, " + mean.size() + " means and " + std.size()
                    + " deviations; leave them out, and they are computed from the data");
        }
    }

    /** Returns the statistics of columns that have not been measured. */
    public static ColumnStatistics unknown() {
        return new ColumnStatistics(List.of(), List.of(), List.of());
    }

    /** Measures a table in two passes, in float64. */
    public static ColumnStatistics of(VectorSource data) {
        int columns = data.columns();
        double[] mean = new double[columns];
        double[] squares = new double[columns];
        long[] count = new long[columns];
        double[] low = new double[columns];
        double[] high = new double[columns];
        Arrays.fill(low, Double.POSITIVE_INFINITY);
        Arrays.fill(high, Double.NEGATIVE_INFINITY);
        double[] row = new double[columns];
        for (int i = 0; i < data.size(); i++) {
            data.read(i, row);
            for (int c = 0; c < columns; c++) {
                if (!Double.isNaN(row[c])) {
                    mean[c] += row[c];
                    low[c] = Math.min(low[c], row[c]);
                    high[c] = Math.max(high[c], row[c]);
                    count[c]++;
                }
            }
        }
        for (int c = 0; c < columns; c++) {
            mean[c] /= Math.max(1, count[c]);
        }
        for (int i = 0; i < data.size(); i++) {
            data.read(i, row);
            for (int c = 0; c < columns; c++) {
                double distance = Double.isNaN(row[c]) ? 0 : row[c] - mean[c];
                squares[c] += distance * distance;
            }
        }
        double[] std = new double[columns];
        for (int c = 0; c < columns; c++) {
            double spread = Math.sqrt(squares[c] / Math.max(1, count[c]));
            std[c] = high[c] > low[c] && spread > 0 ? spread : 1;
        }
        return new ColumnStatistics(data.columnNames(), list(mean), list(std));
    }

    /** Returns the statistics of adjacent columns, {@code count} from column {@code first} on. */
    public ColumnStatistics range(int first, int count) {
        int end = first + count;
        return new ColumnStatistics(
                names.isEmpty() ? names : names.subList(first, end), mean.subList(first, end), std.subList(first, end));
    }

    /** Returns the number of columns, or 0 if they have not been measured. */
    public int count() {
        return mean.size();
    }

    /** Returns whether the columns have been measured. */
    @JsonIgnore
    public boolean isKnown() {
        return !mean.isEmpty();
    }

    /**
     * Checks that a table has the columns that were measured.
     *
     * @throws MmcrException if a column differs
     */
    public void requireSame(VectorSource data) {
        if (data.columns() != count()) {
            throw new MmcrException("expected " + count() + " columns, as in the training data, found " + data.columns()
                    + " in " + data.location() + "; give the same columns in the same order"
                    + " (--label-column and --skip-columns name the columns that are not data)");
        }
        List<String> found = data.columnNames();
        for (int c = 0; c < Math.min(names.size(), found.size()); c++) {
            if (!names.get(c).equals(found.get(c))) {
                throw new MmcrException("expected column " + (c + 1) + " to be '" + names.get(c)
                        + "', as in the training data, found '" + found.get(c) + "' in " + data.location()
                        + "; give the same columns in the same order");
            }
        }
    }

    private static List<Double> list(double[] values) {
        return DoubleStream.of(values).boxed().toList();
    }
}
