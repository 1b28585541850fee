package org.mmcr.data.io;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.mmcr.core.MmcrException;

/** JSON documents of records, with property names in snake_case. */
public final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper()
            .registerModule(new Jdk8Module())
            .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT);

    private static final ObjectWriter INDENTED = MAPPER.writer();
    private static final ObjectWriter ONE_LINE = MAPPER.writer().without(SerializationFeature.INDENT_OUTPUT);

    private Json() {}

    /** Returns the document as indented text, without a newline at the end. */
    public static String text(Object document) {
        return text(INDENTED, document);
    }

    /** Returns the document in one line. */
    public static String line(Object document) {
        return text(ONE_LINE, document);
    }

    private static String text(ObjectWriter writer, Object document) {
        try {
            return writer.writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new MmcrException("expected a result that can be written as JSON, found " + e.getOriginalMessage(), e);
        }
    }

    /** Inspects a type in advance: the first document of a type takes longer than the later ones. */
    public static void prepare(Class<?> type) {
        MAPPER.writerFor(type);
    }

    /**
     * Reads a document from a text.
     *
     * @throws MmcrException if it is no JSON, or no document of this type
     */
    public static <T> T parse(String text, Class<T> type) {
        try {
            return Optional.ofNullable(MAPPER.readValue(text, type))
                    .orElseThrow(() -> new MmcrException("expected a JSON document, found null"));
        } catch (JsonProcessingException e) {
            throw new MmcrException(
                    "expected a JSON document, found one that cannot be read: " + e.getOriginalMessage(), e);
        }
    }

    /** Writes a document and a newline to a file, atomically. */
    public static void write(Path file, Object document) throws IOException {
        AtomicFiles.writeText(file, text(document) + "\n");
    }

    /** Reads one property of a document that {@link #write} wrote. */
    public static <T> T read(Path file, String property, Class<T> type) throws IOException {
        return MAPPER.treeToValue(MAPPER.readTree(file.toFile()).get(property), type);
    }
}
