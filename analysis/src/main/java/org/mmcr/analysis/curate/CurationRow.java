package org.mmcr.analysis.curate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.mmcr.data.io.Csv;

/**
 * One picture of a curation.
 *
 * @param path its name in the data
 * @param label its label; empty without one
 * @param flags any of duplicate, outlier, label and broken
 * @param duplicateOf the first picture of its group; empty if it is in none
 * @param duplicateIn where that is: {@value #DATA} or {@value #AGAINST}, the data compared with; empty without one
 * @param duplicateScore likeness to the most similar other picture, 0 to 1
 * @param outlier 0 to 1, higher is more unlike the others
 * @param labelIssue 0 to 1, higher is more suspect
 * @param suggestedLabel the more probable class of a suspected label error; empty without a suspicion
 * @param capacityShare fraction of the cost 1 / capacity, of the pictures that cost most; 0 for all others
 */
public record CurationRow(
        String path,
        String label,
        List<String> flags,
        String duplicateOf,
        String duplicateIn,
        double duplicateScore,
        double outlier,
        double labelIssue,
        String suggestedLabel,
        double capacityShare) {
    public static final String DUPLICATE = "duplicate";
    public static final String OUTLIER = "outlier";
    public static final String LABEL = "label";
    public static final String BROKEN = "broken";

    public static final String DATA = "data";
    public static final String AGAINST = "against";

    /** All flags, in the order in which they are shown. */
    public static final List<String> FLAGS = List.of(DUPLICATE, LABEL, OUTLIER, BROKEN);

    private static final Map<String, Function<CurationRow, Object>> COLUMNS = columns();

    public CurationRow {
        flags = List.copyOf(flags);
    }

    private static Map<String, Function<CurationRow, Object>> columns() {
        Map<String, Function<CurationRow, Object>> columns = new LinkedHashMap<>();
        columns.put("path", CurationRow::path);
        columns.put("label", CurationRow::label);
        columns.put("flags", row -> String.join(";", row.flags));
        columns.put("duplicate_of", CurationRow::duplicateOf);
        columns.put("duplicate_in", CurationRow::duplicateIn);
        columns.put("duplicate_score", CurationRow::duplicateScore);
        columns.put("outlier", CurationRow::outlier);
        columns.put("label_issue", CurationRow::labelIssue);
        columns.put("suggested_label", CurationRow::suggestedLabel);
        columns.put("capacity_share", CurationRow::capacityShare);
        return columns;
    }

    /** Returns the text of {@code curation.csv}. */
    public static String csv(List<CurationRow> rows) {
        return Csv.table(
                String.join(",", COLUMNS.keySet()),
                rows.stream()
                        .map(row -> Csv.row(COLUMNS.values().stream()
                                .map(column -> column.apply(row))
                                .toArray()))
                        .toList());
    }

    /** Returns the columns of {@code curation.parquet}. */
    static Map<String, List<?>> table(List<CurationRow> rows) {
        Map<String, List<?>> table = new LinkedHashMap<>();
        COLUMNS.forEach((name, column) -> {
            List<Object> values = new ArrayList<>();
            rows.forEach(row -> values.add(column.apply(row)));
            table.put(name, values);
        });
        return table;
    }

    /** Returns a copy with other flags. */
    public CurationRow withFlags(List<String> other) {
        return new CurationRow(
                path,
                label,
                other,
                duplicateOf,
                duplicateIn,
                duplicateScore,
                outlier,
                labelIssue,
                suggestedLabel,
                capacityShare);
    }

    /** Returns a copy with another share of the cost of capacity. */
    CurationRow withCapacityShare(double other) {
        return new CurationRow(
                path,
                label,
                flags,
                duplicateOf,
                duplicateIn,
                duplicateScore,
                outlier,
                labelIssue,
                suggestedLabel,
                other);
    }

    /** Returns the names of the columns, in the order of the file. */
    static List<String> header() {
        return List.copyOf(COLUMNS.keySet());
    }

    /**
     * Returns the row with these fields.
     *
     * @param fields in the order of {@link #header}
     * @throws NumberFormatException if a score is no number
     */
    static CurationRow of(List<String> fields) {
        return new CurationRow(
                fields.get(0),
                fields.get(1),
                Arrays.stream(fields.get(2).split(";", -1))
                        .map(String::strip)
                        .filter(flag -> !flag.isEmpty())
                        .toList(),
                fields.get(3),
                fields.get(4),
                number(fields.get(5)),
                number(fields.get(6)),
                number(fields.get(7)),
                fields.get(8),
                number(fields.get(9)));
    }

    private static double number(String text) {
        return text.isBlank() ? 0 : Double.parseDouble(text);
    }

    boolean has(String flag) {
        return flags.contains(flag);
    }
}
