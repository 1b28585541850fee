package org.mmcr.data.views;

import org.mmcr.core.MmcrException;
import org.mmcr.data.ColumnStatistics;
import org.mmcr.data.DataSource;
import org.mmcr.data.VectorSource;

/** Standardised rows of a table: {@code (value - mean) / std}, and 0 for a missing value. Thread-safe. */
final class StandardisedVectors {
    private final VectorSource data;
    private final float[] mean;
    private final float[] scale;

    private StandardisedVectors(VectorSource data, ColumnStatistics columns) {
        this.data = data;
        mean = new float[columns.count()];
        scale = new float[columns.count()];
        for (int c = 0; c < mean.length; c++) {
            mean[c] = columns.mean().get(c).floatValue();
            scale[c] = (float) (1 / columns.std().get(c));
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
        data.read(index, row);
        for (int c = 0; c < row.length; c++) {
            row[c] = standardised(row[c], c);
        }
    }

    /** Returns one number of a row. */
    float value(int index, int column) {
        return standardised(data.value(index, column), column);
    }

    private float standardised(float value, int column) {
        return Float.isNaN(value) ? 0 : (value - mean[column]) * scale[column];
    }
}
