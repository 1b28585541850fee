package org.mmcr.data;

import java.util.List;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.NpyArray;

/** Rows of numbers of equal length; NaN is a missing number. Thread-safe. */
interface NumberRows {
    /** Returns the number of rows. */
    int size();

    /** Returns the length of a row. */
    int columns();

    /** Reads a row into {@code target}, which has its length. */
    void read(int index, double[] target);

    /** Returns one number of a row. */
    double value(int index, int column);

    /**
     * Returns rows in memory, each of length {@code columns}, as float32 where that tells the values of every column
     * apart. A column of time stamps in milliseconds, or of 1e6 with a deviation of 0.5, keeps the table in float64.
     *
     * @param rows the rows; they are released as they are converted
     */
    static NumberRows compact(int columns, List<double[]> rows) {
        double[][] all = rows.toArray(double[][]::new);
        rows.clear();
        if (!fitsFloats(columns, all)) {
            return of(all.length, columns, (index, column) -> all[index][column]);
        }
        float[][] singles = new float[all.length][columns];
        for (int i = 0; i < all.length; i++) {
            for (int c = 0; c < columns; c++) {
                singles[i][c] = (float) all[i][c];
            }
            all[i] = new double[0];
        }
        return of(columns, singles);
    }

    /** Returns whether the rounding to float32 is below a thousandth of each column's range. */
    private static boolean fitsFloats(int columns, double[][] rows) {
        for (int c = 0; c < columns; c++) {
            double low = Double.POSITIVE_INFINITY;
            double high = Double.NEGATIVE_INFINITY;
            for (double[] row : rows) {
                if (!Double.isNaN(row[c])) {
                    low = Math.min(low, row[c]);
                    high = Math.max(high, row[c]);
                }
            }
            double largest = Math.max(Math.abs(low), Math.abs(high));
            boolean blurred = high > low && largest * 0x1p-24 > (high - low) / 1000;
            if (blurred || (high >= low && largest > Float.MAX_VALUE)) {
                return false;
            }
        }
        return true;
    }

    /** Returns rows in memory, each of length {@code columns}. */
    static NumberRows of(int columns, float[][] rows) {
        return of(rows.length, columns, (index, column) -> rows[index][column]);
    }

    /** One number of a table in memory. */
    interface Cell {
        double at(int index, int column);
    }

    private static NumberRows of(int size, int columns, Cell cell) {
        return new NumberRows() {
            @Override
            public int size() {
                return size;
            }

            @Override
            public int columns() {
                return columns;
            }

            @Override
            public void read(int index, double[] target) {
                for (int c = 0; c < columns; c++) {
                    target[c] = cell.at(index, c);
                }
            }

            @Override
            public double value(int index, int column) {
                return cell.at(index, column);
            }
        };
    }

    /**
     * Returns the rows of an (N, D) NumPy array, which stay on disk.
     *
     * @throws MmcrException if the array has another rank
     */
    static NumberRows of(NpyArray array) {
        if (array.shape().size() != 2 || array.shape().stream().anyMatch(axis -> axis > Integer.MAX_VALUE / 8)) {
            throw new MmcrException("expected a table of numbers (N, D), found " + array.describe()
                    + (array.isFloat() && array.shape().size() > 2
                            ? "; pictures are uint8: save (255 * x).round().astype('uint8') of numbers from 0 to 1,"
                                    + " or bring a table to that shape with numpy.reshape"
                            : "; bring it to that shape with numpy.reshape (uint8 pictures are (N, H, W, 3))"));
        }
        int rows = Math.toIntExact(array.shape().get(0));
        int columns = Math.toIntExact(array.shape().get(1));
        return new NumberRows() {
            @Override
            public int size() {
                return rows;
            }

            @Override
            public int columns() {
                return columns;
            }

            @Override
            public void read(int index, double[] target) {
                array.read((long) index * columns, columns, target, 0);
            }

            @Override
            public double value(int index, int column) {
                double[] one = new double[1];
                array.read((long) index * columns + column, 1, one, 0);
                return one[0];
            }
        };
    }
}
