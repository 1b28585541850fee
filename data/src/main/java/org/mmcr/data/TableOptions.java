package org.mmcr.data;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * How a table of numbers is read.
 *
 * @param labelColumn the column that holds the labels and is not data; empty for one called {@code label}, if there is one
 * @param skipColumns columns that are not data
 * @param missing what an empty field or NaN means
 */
@API(status = API.Status.STABLE)
public record TableOptions(
        @JsonPropertyDescription("column with the labels; one called label when none is named")
        Optional<String> labelColumn,

        @JsonPropertyDescription("columns that are not data")
        List<String> skipColumns,

        @JsonPropertyDescription("an empty field or NaN: error, or mean for the column's mean")
        Missing missing) {
    /** The label column when none is named. */
    static final String LABEL = "label";

    /** What a missing value means. */
    public enum Missing {
        /** It is an error that names the row and the column. */
        ERROR,
        /** It counts as the mean of its column in the training data. */
        MEAN
    }

    public TableOptions {
        skipColumns = List.copyOf(skipColumns);
    }

    /** Labels in {@code label}, every other column data, nothing missing. */
    public static TableOptions defaults() {
        return new TableOptions(Optional.empty(), List.of(), Missing.ERROR);
    }
}
