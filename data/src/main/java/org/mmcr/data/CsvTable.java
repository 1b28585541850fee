package org.mmcr.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.mmcr.core.MmcrException;

/**
 * A table in comma-, semicolon- or tab-separated text. The first line names the columns unless all of its fields are numbers.
 * Empty fields, {@code NA}, {@code NaN}, {@code null} and {@code ?} are missing values.
 */
final class CsvTable {
    private static final Set<String> MISSING = Set.of("", "na", "nan", "null", "?");

    private final String location;
    private final Path file;
    private final List<float[]> rows = new ArrayList<>();
    private final List<String> labels = new ArrayList<>();
    private List<String> names = List.of();
    private int first;

    private CsvTable(String location, Path file) {
        this.location = location;
        this.file = file;
    }

    /** The table, or empty when the text lists pictures. */
    static Optional<DataSource> open(String location, Path file, TableOptions options) throws IOException {
        CsvTable table = new CsvTable(location, file);
        try (BufferedReader text = Files.newBufferedReader(file);
                MappingIterator<String[]> lines = new CsvMapper()
                        .readerFor(String[].class)
                        .with(CsvParser.Feature.WRAP_AS_ARRAY)
                        .with(CsvParser.Feature.SKIP_EMPTY_LINES)
                        .with(CsvSchema.emptySchema().withColumnSeparator(separator(file)))
                        .readValues(text)) {
            return table.read(lines, options);
        } catch (JsonProcessingException | CharacterCodingException e) {
            throw new MmcrException(
                    "expected separated values in UTF-8 in " + file + ", found: " + e.getMessage() + "; save it so", e);
        } catch (RuntimeException e) {
            // The iterator wraps what goes wrong while it looks ahead.
            if (e.getCause() instanceof IOException cause) {
                throw new MmcrException(
                        "expected separated values in UTF-8 in " + file + ", found: " + cause.getMessage()
                                + "; save it so",
                        e);
            }
            throw e;
        }
    }

    /** The one that occurs most in the first line. */
    private static char separator(Path file) throws IOException {
        try (BufferedReader text = Files.newBufferedReader(file)) {
            String line = Optional.ofNullable(text.readLine()).orElse("");
            char best = ',';
            for (char candidate : new char[] {';', '\t'}) {
                if (count(line, candidate) > count(line, best)) {
                    best = candidate;
                }
            }
            return best;
        }
    }

    private static long count(String line, char wanted) {
        return line.chars().filter(c -> c == wanted).count();
    }

    private Optional<DataSource> read(MappingIterator<String[]> lines, TableOptions options) throws IOException {
        String[] head = lines.hasNextValue() ? lines.nextValue() : new String[0];
        boolean named = !Arrays.stream(head).allMatch(field -> isMissing(field) || isNumber(field));
        names = named ? names(head) : List.of();
        first = named ? 2 : 1;
        if (Tables.listsPictures(names)) {
            return Optional.empty();
        }
        Tables.Roles roles = Tables.Roles.of(location, names, options);
        if (!named && head.length > 0) {
            roles = new Tables.Roles(IntStream.range(0, head.length).boxed().toList(), Optional.empty());
            add(head, head.length, roles);
        }
        while (lines.hasNextValue()) {
            add(lines.nextValue(), head.length, roles);
        }
        return Optional.of(VectorTable.of(
                location,
                String.valueOf(file.getFileName()),
                named ? roles.data().stream().map(names::get).toList() : List.of(),
                NumberRows.of(roles.data().size(), rows.toArray(float[][]::new)),
                roles.label().isEmpty() ? ClassLabels.none() : ClassLabels.of(labels),
                options.missing()));
    }

    private List<String> names(String[] head) {
        List<String> found = Arrays.stream(head)
                .map(field -> field.replace("\ufeff", "").strip())
                .toList();
        if (found.stream().distinct().count() < found.size()) {
            throw new MmcrException("expected columns of different names in " + location + ", found "
                    + String.join(", ", found) + "; rename the repeated ones");
        }
        return found;
    }

    private void add(String[] fields, int width, Tables.Roles roles) {
        if (fields.length != width) {
            throw new MmcrException("expected " + width + " fields in line " + (rows.size() + first) + " of " + location
                    + ", found " + fields.length + "; correct it (fields that hold the separator are quoted)");
        }
        float[] row = new float[roles.data().size()];
        for (int c = 0; c < row.length; c++) {
            row[c] = number(fields, roles.data().get(c));
        }
        rows.add(row);
        roles.label().ifPresent(label -> labels.add(fields[label].strip()));
    }

    private float number(String[] fields, int column) {
        String field = fields[column].strip();
        if (isMissing(field)) {
            return Float.NaN;
        }
        try {
            return Float.parseFloat(field);
        } catch (NumberFormatException e) {
            String name = names.isEmpty() ? String.valueOf(column + 1) : names.get(column);
            throw Tables.notNumeric(location, name, "'" + field + "' in line " + (rows.size() + first));
        }
    }

    private static boolean isMissing(String field) {
        return MISSING.contains(field.strip().toLowerCase(Locale.ROOT));
    }

    private static boolean isNumber(String field) {
        try {
            Float.parseFloat(field.strip());
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
