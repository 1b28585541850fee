package org.mmcr.data.io;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.mmcr.core.MmcrException;

/**
 * A reader of CSV files, plain or gzipped (RFC 4180, UTF-8 with or without a byte order mark, or UTF-16 with one). The
 * separator is the most frequent of comma, semicolon and tab in the first line. Empty lines, and lines that start with
 * {@code #} before the first row, are skipped.
 *
 * <p>A spreadsheet takes a text that starts with one of {@code = + - @}, a tab or a carriage return for a formula. Such
 * a text is written with an apostrophe before it, and so is one that has apostrophes before such a character; reading
 * takes one apostrophe away. Numbers stay as they are.
 */
public final class Csv implements AutoCloseable {
    /** Characters of the first line that are searched for the separator. */
    private static final int LONGEST_HEADER = 1 << 20;

    private static final Pattern NAME =
            Pattern.compile(".*\\.(csv|tsv)(\\.gz)?", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final String FORMULA_STARTS = "=+-@\t\r";
    private static final String APOSTROPHE = "'";
    private static final Pattern NUMBER =
            Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?|[+-](Infinity|NaN)");

    private final Path file;
    private final BufferedReader text;
    private final MappingIterator<List<String>> rows;
    private final char separator;
    private Optional<List<String>> ahead = Optional.empty();
    private int row;

    private Csv(Path file, BufferedReader text, char separator) throws IOException {
        this.file = file;
        this.text = text;
        this.separator = separator;
        rows = new CsvMapper()
                .readerForListOf(String.class)
                .with(CsvParser.Feature.WRAP_AS_ARRAY)
                .with(CsvParser.Feature.SKIP_EMPTY_LINES)
                .with(CsvSchema.emptySchema().withColumnSeparator(separator))
                .readValues(text);
    }

    /** Returns whether a file of this name is CSV or TSV, plain or gzipped. */
    public static boolean isCsv(String name) {
        return NAME.matcher(name).matches();
    }

    /**
     * Opens a file.
     *
     * @throws MmcrException if it is not text in UTF-8 or UTF-16
     */
    public static Csv open(Path file) throws IOException {
        BufferedReader text = reader(file);
        try {
            text.mark(1);
            if (text.read() != '\ufeff') {
                text.reset();
            }
            skipComments(text);
            return new Csv(file, text, separator(file, text));
        } catch (CharacterCodingException e) {
            text.close();
            throw unreadable(file, e);
        }
    }

    /** Opens the text in the encoding of its byte order mark. */
    private static BufferedReader reader(Path file) throws IOException {
        byte[] head = head(() -> Files.newInputStream(file));
        boolean zipped = head[0] == 0x1f && head[1] == (byte) 0x8b;
        Opening content = zipped
                ? () -> new GZIPInputStream(Files.newInputStream(file), 1 << 16)
                : () -> Files.newInputStream(file);
        byte[] first = head(content);
        boolean wide = (first[0] == -1 && first[1] == -2) || (first[0] == -2 && first[1] == -1);
        Charset charset = wide ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8;
        return new BufferedReader(new InputStreamReader(content.open(), charset.newDecoder()));
    }

    private interface Opening {
        InputStream open() throws IOException;
    }

    /** Returns the first two bytes, filled up with zeros. */
    private static byte[] head(Opening content) throws IOException {
        try (InputStream in = content.open()) {
            return Arrays.copyOf(in.readNBytes(2), 2);
        }
    }

    /** Skips lines that start with {@code #} at the beginning of the file. */
    private static void skipComments(BufferedReader text) throws IOException {
        text.mark(1);
        while (text.read() == '#') {
            text.readLine();
            text.mark(1);
        }
        text.reset();
    }

    /** Returns the separator of the first line, and leaves the reader before it. */
    private static char separator(Path file, BufferedReader text) throws IOException {
        text.mark(LONGEST_HEADER);
        StringBuilder line = new StringBuilder();
        for (int c = text.read(); c >= 0 && c != '\n' && line.length() < LONGEST_HEADER - 1; c = text.read()) {
            line.append((char) c);
        }
        text.reset();
        char best = file.toString().toLowerCase(Locale.ROOT).matches("(?s).*\\.tsv(\\.gz)?") ? '\t' : ',';
        for (char candidate : new char[] {',', ';', '\t'}) {
            if (count(line.toString(), candidate) > count(line.toString(), best)) {
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
        Optional<List<String>> found = ahead.isPresent() ? ahead : read();
        ahead = Optional.empty();
        row += found.isPresent() ? 1 : 0;
        return found;
    }

    /** Returns the fields of the row that {@link #next} returns next, without moving to it. */
    public Optional<List<String>> peek() throws IOException {
        if (ahead.isEmpty()) {
            ahead = read();
        }
        return ahead;
    }

    /** Returns the character between fields. */
    public char separator() {
        return separator;
    }

    private Optional<List<String>> read() throws IOException {
        try {
            return rows.hasNextValue() ? Optional.of(withoutApostrophes(rows.nextValue())) : Optional.empty();
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
        return Stream.of(fields)
                .map(field -> quoted(harmless(String.valueOf(field))))
                .collect(Collectors.joining(","));
    }

    /** Returns a header and rows, each with a newline. */
    public static String table(String header, List<String> rows) {
        return Stream.concat(Stream.of(header), rows.stream()).collect(Collectors.joining("\n", "", "\n"));
    }

    /** Returns a field that no spreadsheet evaluates. */
    private static String harmless(String field) {
        return isFormula(field) && !NUMBER.matcher(field).matches() ? APOSTROPHE + field : field;
    }

    private static List<String> withoutApostrophes(List<String> fields) {
        fields.replaceAll(field ->
                field.startsWith(APOSTROPHE) && isFormula(field) ? field.substring(APOSTROPHE.length()) : field);
        return fields;
    }

    /** Returns whether a field, behind any apostrophes, starts as a formula does. */
    private static boolean isFormula(String field) {
        int start = 0;
        while (field.startsWith(APOSTROPHE, start)) {
            start++;
        }
        return start < field.length() && FORMULA_STARTS.indexOf(field.charAt(start)) >= 0;
    }

    /** Returns a field in quotes if its content requires them: reading drops spaces at the start of a row. */
    private static String quoted(String field) {
        boolean plain = field.equals(field.strip())
                && field.chars().noneMatch(c -> c == '"' || c == ',' || c == '\r' || c == '\n');
        return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
    }
}
