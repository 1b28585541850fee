package org.mmcr.data.io;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.mmcr.core.MmcrException;

/** The one way a record becomes JSON: indented, names in snake_case; a file appears whole or not at all. */
public final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper()
            .registerModule(new Jdk8Module())
            .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT);

    private Json() {}

    /** The document as text, without a newline at the end. */
    public static String text(Object document) {
        try {
            return MAPPER.writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new MmcrException("the result could not be written as JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** Looks at a type before its first document is there, which takes longer than writing one. */
    public static void prepare(Class<?> type) {
        MAPPER.writerFor(type);
    }

    /** The document in one line. */
    public static String line(Object document) {
        try {
            return MAPPER.writer().without(SerializationFeature.INDENT_OUTPUT).writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new MmcrException("the result could not be written as JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** Reads a small document that somebody sent. */
    public static <T> T parse(String text, Class<T> type) {
        try {
            return Optional.ofNullable(MAPPER.readValue(text, type))
                    .orElseThrow(() -> new MmcrException("expected a JSON document, found null"));
        } catch (JsonProcessingException e) {
            throw new MmcrException(
                    "expected a JSON document, found one that cannot be read: " + e.getOriginalMessage(), e);
        }
    }

    /** Writes the text and a newline. */
    public static void write(Path file, Object document) throws IOException {
        AtomicFiles.writeText(file, text(document) + "\n");
    }

    /** Reads one part of a document that {@link #write} wrote. */
    public static <T> T read(Path file, String part, Class<T> type) throws IOException {
        return MAPPER.treeToValue(MAPPER.readTree(file.toFile()).get(part), type);
    }
}
