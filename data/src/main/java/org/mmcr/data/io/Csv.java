package org.mmcr.data.io;

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
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mmcr.core.MmcrException;

/**
 * A reader of CSV files (RFC 4180, UTF-8 with or without a byte order mark). The separator is the most frequent of
 * comma, semicolon and tab in the first line. Empty lines are skipped.
 */
public final class Csv implements AutoCloseable {
    private final Path file;
    private final BufferedReader text;
    private final MappingIterator<List<String>> rows;
    private int row;

    private Csv(Path file, BufferedReader text, char separator) throws IOException {
        this.file = file;
        this.text = text;
        rows = new CsvMapper()
                .readerForListOf(String.class)
                .with(CsvParser.Feature.WRAP_AS_ARRAY)
                .with(CsvParser.Feature.SKIP_EMPTY_LINES)
                .with(CsvSchema.emptySchema().withColumnSeparator(separator))
                .readValues(text);
    }

    /**
     * Opens a file.
     *
     * @throws MmcrException if it is not text in UTF-8
     */
    public static Csv open(Path file) throws IOException {
        try {
            char separator = separator(file);
            BufferedReader text = Files.newBufferedReader(file);
            text.mark(1);
            if (text.read() != '\ufeff') {
                text.reset();
            }
            return new Csv(file, text, separator);
        } catch (CharacterCodingException e) {
            throw unreadable(file, e);
        }
    }

    private static char separator(Path file) throws IOException {
        String line;
        try (BufferedReader text = Files.newBufferedReader(file)) {
            line = Optional.ofNullable(text.readLine()).orElse("");
        }
        char best = file.toString().toLowerCase(Locale.ROOT).endsWith(".tsv") ? '\t' : ',';
        for (char candidate : new char[] {',', ';', '\t'}) {
            if (count(line, candidate) > count(line, best)) {
                best = candidate;
            }
        }
        return best;
    }

    private static long count(String line, char wanted) {
        return line.chars().filter(c -> c == wanted).count();
    }

    /**
     * Returns the fields of the next row, or empty at the end of the file.
     *
     * @throws MmcrException if the text is not CSV in UTF-8
     */
    public Optional<List<String>> next() throws IOException {
        try {
            if (!rows.hasNextValue()) {
                return Optional.empty();
            }
            row++;
            return Optional.of(rows.nextValue());
        } catch (JsonProcessingException | CharacterCodingException e) {
            throw unreadable(file, e);
        }
    }

    /** Returns the number of the row read last, from 1; a header counts. */
    public int row() {
        return row;
    }

    private static MmcrException unreadable(Path file, IOException e) {
        return new MmcrException(
                "expected comma-separated text in UTF-8 in " + file + ", found: "
                        + String.valueOf(e.getMessage()).lines().findFirst().orElse("")
                        + "; save it as CSV in UTF-8",
                e);
    }

    @Override
    public void close() throws IOException {
        rows.close();
        text.close();
    }

    /** Returns one row of a CSV file, without its newline; fields are written by {@link String#valueOf(Object)}. */
    public static String row(Object... fields) {
        return Stream.of(fields).map(field -> quoted(String.valueOf(field))).collect(Collectors.joining(","));
    }

    /** Returns a header and rows, each with a newline. */
    public static String table(String header, List<String> rows) {
        return Stream.concat(Stream.of(header), rows.stream()).collect(Collectors.joining("\n", "", "\n"));
    }

    /** Returns a field in quotes if its content requires them. */
    private static String quoted(String field) {
        boolean plain = field.chars().noneMatch(c -> c == '"' || c == ',' || c == '\r' || c == '\n');
        return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
    }
}
