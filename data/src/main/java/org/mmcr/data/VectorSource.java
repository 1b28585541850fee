package org.mmcr.data;

import java.util.List;
import org.apiguardian.api.API;

/** A source of vectors: the rows of a table of numbers, as they are in the file, neither centred nor scaled. */
@API(status = API.Status.STABLE)
public non-sealed interface VectorSource extends DataSource {
    /** Length of every vector. */
    int columns();

    /** Names of the columns in order; empty when they have none. */
    List<String> columnNames();

    /** Fills {@code target}, a number for each column, with the row at {@code index}; NaN is a missing value. */
    void read(int index, float[] target);

    /** One number of one row, NaN where it is missing. */
    float value(int index, int column);

    @Override
    default String plural() {
        return "rows";
    }
}
