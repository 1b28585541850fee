package org.mmcr.data.views;

import org.mmcr.core.MmcrException;
import org.mmcr.data.ColumnStatistics;
import org.mmcr.data.DataSource;
import org.mmcr.data.VectorSource;

/** Standardised rows of a table: {@code (value - mean) / std}, and 0 for a missing value. Thread-safe. */
final class StandardisedVectors {
    private final VectorSource data;
    private final double[] mean;
    private final double[] scale;

    private StandardisedVectors(VectorSource data, ColumnStatistics columns) {
        this.data = data;
        mean = new double[columns.count()];
        scale = new double[columns.count()];
        for (int c = 0; c < mean.length; c++) {
            mean[c] = columns.mean().get(c);
            scale[c] = 1 / columns.std().get(c);
        }
    }

    /**
     * Returns the standardised rows of a source.
     *
     * @throws MmcrException if it is no table with these columns
     */
    static StandardisedVectors of(DataSource data, ColumnStatistics columns) {
        if (!(data instanceof VectorSource vectors)) {
            throw new MmcrException("expected a table of " + columns.count() + " columns, found pictures in "
                    + data.location() + "; give data of the kind that the run was trained on");
        }
        columns.requireSame(vectors);
        return new StandardisedVectors(vectors, columns);
    }

    int size() {
        return data.size();
    }

    /** Reads a row, one number a column. */
    void read(int index, float[] row) {
        double[] exact = new double[row.length];
        data.read(index, exact);
        for (int c = 0; c < row.length; c++) {
            row[c] = standardised(exact[c], c);
        }
    }

    /** Returns one number of a row. */
    float value(int index, int column) {
        return standardised(data.exactValue(index, column), column);
    }

    /** Subtracts in float64: values may be large and close together, such as time stamps. */
    private float standardised(double value, int column) {
        return Double.isNaN(value) ? 0 : (float) ((value - mean[column]) * scale[column]);
    }
}
