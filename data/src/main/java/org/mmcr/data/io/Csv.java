package org.mmcr.data.io;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** CSV text (RFC 4180) with commas; a field is quoted only if it must be. */
public final class Csv {
    private Csv() {}

    /** One row, without its newline; fields are written by {@link String#valueOf(Object)}. */
    public static String row(Object... fields) {
        return Stream.of(fields).map(field -> quoted(String.valueOf(field))).collect(Collectors.joining(","));
    }

    /** A table of a header and rows, each with a newline. */
    public static String table(String header, List<String> rows) {
        return Stream.concat(Stream.of(header), rows.stream()).collect(Collectors.joining("\n", "", "\n"));
    }

    private static String quoted(String field) {
        boolean plain = field.chars().noneMatch(c -> c == '"' || c == ',' || c == '\r' || c == '\n');
        return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
    }
}
