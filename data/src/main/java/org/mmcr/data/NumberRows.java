package org.mmcr.data;

import org.mmcr.core.MmcrException;
import org.mmcr.data.io.NpyArray;

/** Rows of float32 numbers of equal length; NaN is a missing number. Thread-safe. */
interface NumberRows {
    /** Returns the number of rows. */
    int size();

    /** Returns the length of a row. */
    int columns();

    /** Reads a row into {@code target}, which has its length. */
    void read(int index, float[] target);

    /** Returns one number of a row. */
    float value(int index, int column);

    /** Returns rows in memory, each of length {@code columns}. */
    static NumberRows of(int columns, float[][] rows) {
        return new NumberRows() {
            @Override
            public int size() {
                return rows.length;
            }

            @Override
            public int columns() {
                return columns;
            }

            @Override
            public void read(int index, float[] target) {
                System.arraycopy(rows[index], 0, target, 0, columns);
            }

            @Override
            public float value(int index, int column) {
                return rows[index][column];
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
                    + "; bring it to that shape with numpy.reshape (uint8 pictures are (N, H, W, 3))");
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
            public void read(int index, float[] target) {
                array.read((long) index * columns, columns, target, 0);
            }

            @Override
            public float value(int index, int column) {
                float[] one = new float[1];
                array.read((long) index * columns + column, 1, one, 0);
                return one[0];
            }
        };
    }
}
