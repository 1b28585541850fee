package org.mmcr.data.io;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.mmcr.core.MmcrException;

/**
 * Conversion between records and JSON, for every document that mmcr writes. Names are in snake_case; keys of a newer
 * version are ignored in files. Files are written atomically.
 */
public final class Json {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private Json() {}

    /** The mapper that everything here uses, for trees and streams; callers must not configure it. */
    public static ObjectMapper mapper() {
        return MAPPER;
    }

    /** Writes a document as indented text, without a newline at its end. */
    public static String text(Object document) {
        try {
            return MAPPER.writer(SerializationFeature.INDENT_OUTPUT).writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw unwritable(e);
        }
    }

    /** Writes a document as a single line, without its newline. */
    public static String line(Object document) {
        try {
            return MAPPER.writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw unwritable(e);
        }
    }

    /** Prepares the writer of a type in advance, which takes longer than writing a document. */
    public static void prepare(Class<?> type) {
        MAPPER.writerFor(type);
    }

    /**
     * Parses a small document from outside, such as the body of a request.
     *
     * @throws MmcrException if it is not JSON, is null, or has an unknown key
     */
    public static <T> T parse(String text, Class<T> type) {
        try {
            T document = MAPPER.readerFor(type)
                    .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .readValue(text);
            return Optional.ofNullable(document)
                    .orElseThrow(() -> new MmcrException("expected a JSON document, found null"));
        } catch (JsonProcessingException e) {
            throw new MmcrException(
                    "expected a JSON document, found one that cannot be read: " + e.getOriginalMessage(), e);
        }
    }

    /** Writes a document and a newline to a file. */
    public static void write(Path file, Object document) throws IOException {
        AtomicFiles.writeText(file, text(document) + "\n");
    }

    /** Reads one part of a document that {@link #write} wrote. */
    public static <T> T read(Path file, String part, Class<T> type) throws IOException {
        return MAPPER.treeToValue(MAPPER.readTree(file.toFile()).get(part), type);
    }

    private static MmcrException unwritable(JsonProcessingException e) {
        return new MmcrException("the result could not be written as JSON: " + e.getOriginalMessage(), e);
    }
}
