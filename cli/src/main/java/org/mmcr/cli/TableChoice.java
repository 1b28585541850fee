package org.mmcr.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mmcr.data.TableOptions;
import picocli.CommandLine.Option;

/** Options of reading a table of numbers. What is not given stays as it is; in a run, as it was trained. */
final class TableChoice {
    @Option(
            names = "--label-column",
            order = CommonOptions.OF_TABLES,
            paramLabel = "NAME",
            description =
                    "Tables, lists and Parquet: column with the labels. Default: label, labels, fine_label, class or"
                            + " target.")
    Optional<String> labelColumn = Optional.empty();

    @Option(
            names = "--skip-columns",
            order = CommonOptions.OF_TABLES,
            split = ",",
            paramLabel = "NAME",
            description = "Tables, lists and Parquet: columns to leave out, separated by commas.")
    List<String> skipColumns = new ArrayList<>();

    @Option(
            names = "--missing",
            order = CommonOptions.OF_TABLES,
            paramLabel = "error|mean",
            description =
                    "Tables: an empty field or NaN is an error, or replaced by its column's mean. Default: error.")
    Optional<TableOptions.Missing> missing = Optional.empty();

    /** Whether no option was given. */
    boolean isEmpty() {
        return labelColumn.isEmpty() && skipColumns.isEmpty() && missing.isEmpty();
    }

    /** These options where they were given, {@code base} otherwise. */
    TableOptions over(TableOptions base) {
        return new TableOptions(
                labelColumn.or(base::labelColumn),
                skipColumns.isEmpty() ? base.skipColumns() : skipColumns,
                missing.orElse(base.missing()));
    }
}
