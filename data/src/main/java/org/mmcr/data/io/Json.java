package org.mmcr.data.io;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

    /**
     * Writes a whole document as indented text, with the {@linkplain Provenance provenance} of this process as its last
     * key, without a newline at its end.
     */
    public static String document(Object document) {
        JsonNode tree = MAPPER.valueToTree(document);
        if (tree instanceof ObjectNode object) {
            Provenance.addTo(object);
        }
        return text(tree);
    }

    /** Writes a {@linkplain #document whole document} and a newline to a file. */
    public static void write(Path file, Object document) throws IOException {
        AtomicFiles.writeText(file, document(document) + "\n");
    }

    /**
     * Reads a document that {@link #write} wrote.
     *
     * @throws MmcrException if it is no JSON object, or a value is missing or of another kind; names the file and key
     */
    public static <T> T read(Path file, Class<T> type) throws IOException {
        return value(file, tree(file), "", type);
    }

    /** Reads one part of a document, with the errors of {@link #read(Path, Class)}. */
    public static <T> T read(Path file, String part, Class<T> type) throws IOException {
        return value(file, tree(file).path(part), part, type);
    }

    /**
     * Reads a file as a JSON object that has given keys.
     *
     * @throws MmcrException if it is another document; names the file
     */
    public static ObjectNode tree(Path file, String... keys) throws IOException {
        try {
            JsonNode tree = MAPPER.readTree(file.toFile());
            if (!(tree instanceof ObjectNode object)) {
                String kind =
                        tree.isMissingNode() ? "nothing" : tree.getNodeType().toString();
                throw damaged(file, kind.toLowerCase(Locale.ROOT));
            }
            for (String key : keys) {
                if (object.path(key).isMissingNode()) {
                    throw damaged(file, "no value of '" + key + "'");
                }
            }
            return object;
        } catch (JsonProcessingException e) {
            throw damaged(file, firstLine(e), e);
        }
    }

    private static <T> T value(Path file, JsonNode tree, String part, Class<T> type) throws IOException {
        if (tree.isMissingNode()) {
            throw damaged(file, "no value of '" + part + "'");
        }
        try {
            return MAPPER.readerFor(type)
                    .with(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .with(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                    .readValue(tree);
        } catch (JsonMappingException e) {
            Stream<String> path = e.getPath().stream()
                    .map(at -> at.getFieldName() == null ? String.valueOf(at.getIndex()) : at.getFieldName());
            String key = Stream.concat(Stream.of(part).filter(name -> !name.isEmpty()), path)
                    .collect(Collectors.joining("."));
            boolean missing = e.getOriginalMessage().toLowerCase(Locale.ROOT).contains("null");
            throw damaged(file, (missing ? "no value" : "another kind of value") + " of '" + key + "'", e);
        }
    }

    private static String firstLine(JsonProcessingException e) {
        return e.getOriginalMessage().lines().findFirst().orElse("no detail");
    }

    private static MmcrException damaged(Path file, String found) {
        return new MmcrException(
                "expected a complete JSON document in " + file + ", found " + found + "; remove or restore the file");
    }

    private static MmcrException damaged(Path file, String found, JsonProcessingException cause) {
        MmcrException damaged = damaged(file, found);
        damaged.initCause(cause);
        return damaged;
    }

    private static MmcrException unwritable(JsonProcessingException e) {
        return new MmcrException("the result could not be written as JSON: " + e.getOriginalMessage(), e);
    }
}
