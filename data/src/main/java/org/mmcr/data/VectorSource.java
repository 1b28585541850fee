package org.mmcr.data;

import java.util.List;
import org.apiguardian.api.API;

/** A source of vectors: the rows of a table of numbers, not standardised. */
@API(status = API.Status.STABLE)
public non-sealed interface VectorSource extends DataSource {
    /** Returns the length of the vectors. */
    int columns();

    /** Returns the names of the columns in order; empty if they have none. */
    List<String> columnNames();

    /** Reads the row at {@code index} into {@code target}, one number a column; NaN is a missing value. */
    void read(int index, float[] target);

    /** Returns one number of a row; NaN if it is missing. */
    float value(int index, int column);

    /**
     * Reads a row as precisely as it is stored, in float64 where float32 would not distinguish its values.
     *
     * @param target receives the D numbers of the row, one a column; NaN is a missing value
     */
    default void read(int index, double[] target) {
        float[] row = new float[target.length];
        read(index, row);
        for (int c = 0; c < row.length; c++) {
            target[c] = row[c];
        }
    }

    /** Returns one number as precisely as it is stored. */
    default double exactValue(int index, int column) {
        return value(index, column);
    }

    @Override
    default String plural() {
        return "rows";
    }
}
