package org.mmcr.data;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Options for reading a table: of numbers, or of pictures in Parquet or a list.
 *
 * @param labelColumn name of the column with the labels, which is not data; empty for one called label,
 *     labels, fine_label, class or target in any case, if there is one
 * @param skipColumns names of other columns that are not data
 * @param missing treatment of an empty field or NaN
 */
@API(status = API.Status.STABLE)
public record TableOptions(
        @JsonPropertyDescription("column with the labels; one called label, class or target when none is named")
        Optional<String> labelColumn,

        @JsonPropertyDescription("columns that are not data")
        List<String> skipColumns,

        @JsonPropertyDescription("an empty field or NaN: error, or mean for the column's mean")
        Missing missing) {
    private static final Logger LOG = LoggerFactory.getLogger(TableOptions.class);

    /** The label column if none is named: the first of these that occurs, in any case. */
    static final List<String> LABELS = List.of("label", "labels", "fine_label", "class", "target");

    /** Treatment of missing values. */
    public enum Missing {
        /** A missing value is an error that names the row and the column. */
        ERROR,
        /** A missing value counts as the mean of its column in the training data. */
        MEAN
    }

    public TableOptions {
        skipColumns = List.copyOf(skipColumns);
    }

    /** Returns whether a column is left out. */
    boolean skips(String column) {
        return skipColumns.contains(column);
    }

    /**
     * Checks that the named columns are among those of the data.
     *
     * @throws MmcrException if one is not
     */
    void requireColumns(String location, List<String> columns) {
        absent(columns).stream().findFirst().ifPresent(name -> {
            throw noColumn(location, name, columns);
        });
    }

    /**
     * Returns the options for pictures with these columns. The names may be those of a run's training data, so columns
     * that are absent are left out, and a warning says so.
     *
     * @param declared columns with declared classes
     * @throws MmcrException if the column with the labels is absent and another would be read in its place
     */
    TableOptions among(String location, List<String> columns, Set<String> declared) {
        List<String> absent = absent(columns);
        if (absent.isEmpty()) {
            return this;
        }
        TableOptions found = new TableOptions(
                labelColumn.filter(columns::contains),
                skipColumns.stream().filter(columns::contains).toList(),
                missing);
        boolean otherLabels = found.label(columns).isPresent()
                || columns.stream().anyMatch(name -> declared.contains(name) && !skips(name));
        if (otherLabels && labelColumn.filter(absent::contains).isPresent()) {
            throw noColumn(location, labelColumn.orElseThrow(), columns);
        }
        LOG.warn("{}: no column {}; read without", location, String.join(", ", absent));
        return found;
    }

    /** Returns the named columns that are not among those of the data. */
    private List<String> absent(List<String> columns) {
        return Stream.concat(skipColumns.stream(), labelColumn.stream())
                .filter(name -> !columns.contains(name))
                .toList();
    }

    private static MmcrException noColumn(String location, String name, List<String> columns) {
        return new MmcrException("expected a column '" + name + "' in " + location + ", found "
                + (columns.isEmpty() ? "columns without names" : String.join(", ", columns))
                + "; name columns of these data with --label-column and --skip-columns");
    }

    /** Returns the position of the column that holds the labels: the named one, or the first with a usual name. */
    Optional<Integer> label(List<String> columns) {
        return labelColumn
                .map(columns::indexOf)
                .or(() -> guess(
                        columns.stream().map(name -> skips(name) ? "" : name).toList()));
    }

    /** Returns the position of the column that holds the labels if none is named. */
    static Optional<Integer> guess(List<String> columns) {
        List<String> lower = columns.stream()
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .toList();
        return LABELS.stream().map(lower::indexOf).filter(at -> at >= 0).findFirst();
    }

    /**
     * Returns the defaults: labels in a column of {@code label, labels, fine_label, class, target}, every other column
     * is data, missing values are errors.
     */
    public static TableOptions defaults() {
        return new TableOptions(Optional.empty(), List.of(), Missing.ERROR);
    }
}
