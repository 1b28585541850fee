package org.mmcr.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.mmcr.core.MmcrException;

/**
 * The location of paired data, {@code a.npy,b.npy} or {@code X.parquet#a,b}.
 *
 * @param file the Parquet file, or empty
 * @param parts tables, or columns of the file
 */
record PairedLocation(String file, List<String> parts) {
    private static final String COLUMNS = ".parquet#";

    static PairedLocation of(String text) {
        int at = text.toLowerCase(Locale.ROOT).indexOf(COLUMNS);
        // A comma before the # separates tables, of which this one is a column of a file.
        boolean columns = at >= 0 && text.indexOf(',') > at;
        int split = at + COLUMNS.length();
        String file = columns ? text.substring(0, split - 1) : "";
        List<String> parts = List.of((columns ? text.substring(split) : text).split(",", -1));
        if (parts.stream().anyMatch(String::isBlank) || parts.size() < 2) {
            throw new MmcrException("expected two or more modalities, found '" + text
                    + "'; give tables as a.npy,b.npy, or columns of one file as X.parquet#a,b");
        }
        return new PairedLocation(file, parts);
    }

    boolean columnsOfOneFile() {
        return !file.isEmpty();
    }

    List<String> tables() {
        return parts;
    }

    /** Returns the columns' names, or those of the files without extension; a second of a name has its number. */
    List<String> names() {
        if (columnsOfOneFile()) {
            return parts;
        }
        List<String> names = new ArrayList<>();
        for (String part : parts) {
            DataLocation found = DataLocation.of(part);
            String name = found.inner().isEmpty() ? found.name().replaceFirst("\\.[A-Za-z0-9]+$", "") : found.part();
            names.add(Collections.frequency(names, name) == 0 ? name : name + "-" + (names.size() + 1));
        }
        return names;
    }

    /** Returns the location with absolute paths, so that it can be opened from any working directory. */
    String absolute() {
        return columnsOfOneFile()
                ? Path.of(file).toAbsolutePath().normalize() + "#" + String.join(",", parts)
                : parts.stream().map(DataSources::absolute).collect(Collectors.joining(","));
    }
}
