package org.mmcr.data;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** The meaning of columns and fields in CSV files about samples, as lists of pictures and tables of numbers have it. */
public final class CsvFields {
    private CsvFields() {}

    /**
     * Returns the position of the column that names the samples, in any case: {@code path}, {@code file_name} and the
     * like, else {@code image}, {@code file} or {@code name}; empty if there is none.
     */
    public static Optional<Integer> pathColumn(List<String> columns) {
        List<String> lower = columns.stream()
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .toList();
        return Stream.concat(Tables.positions(lower, Manifest.PATHS), Tables.positions(lower, Manifest.POSSIBLE_PATHS))
                .findFirst();
    }

    /**
     * Returns the number in a field: NaN for a missing value, as an empty field or {@code NA}, and empty for anything
     * else that is no number.
     *
     * @param decimalComma whether {@code 1,5} is a number; not where the comma separates fields
     */
    public static OptionalDouble number(String field, boolean decimalComma) {
        String text = field.strip();
        if (CsvTable.isMissing(text)) {
            return OptionalDouble.of(Double.NaN);
        }
        try {
            return OptionalDouble.of(CsvTable.parse(text, decimalComma));
        } catch (NumberFormatException e) {
            return OptionalDouble.empty();
        }
    }
}
