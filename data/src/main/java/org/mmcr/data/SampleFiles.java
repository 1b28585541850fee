package org.mmcr.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.Json;

/**
 * How WebDataset names the files of a sample, and where a sample's label is: {@code key.cls} holds it as text, {@code key.json} as
 * {@code label}, {@code cls}, {@code class} or {@code target}. Where there are both, the first counts.
 */
public final class SampleFiles {
    private static final String TEXT = ".cls";
    private static final String DOCUMENT = ".json";
    private static final List<String> FIELDS = List.of("label", "cls", "class", "target");
    private static final ObjectMapper JSON = Json.mapper();

    private SampleFiles() {}

    /** The name up to the first point after the last slash: files that share it are one sample. */
    public static String key(String name) {
        int dot = name.indexOf('.', name.lastIndexOf('/') + 1);
        return dot < 0 ? name : name.substring(0, dot);
    }

    /** Whether a file is nothing but a label. */
    public static boolean isText(String name) {
        return name.endsWith(TEXT);
    }

    /** Whether a file may hold a label. */
    public static boolean mayHoldLabel(String name) {
        return isText(name) || name.endsWith(DOCUMENT);
    }

    /**
     * The label in a file's content; empty where a document has none.
     *
     * @throws MmcrException that names the file, when it is no JSON
     */
    public static String label(String name, byte[] content) {
        if (isText(name)) {
            return new String(content, StandardCharsets.UTF_8).strip();
        }
        try {
            return label(JSON.readTree(content));
        } catch (JsonProcessingException e) {
            throw unreadable(name, "JSON that ends early or is none", e);
        } catch (IOException e) {
            throw unreadable(name, String.valueOf(e.getMessage()), e);
        }
    }

    private static String label(JsonNode document) {
        return FIELDS.stream()
                .map(document::path)
                .filter(JsonNode::isValueNode)
                .map(JsonNode::asText)
                .findFirst()
                .orElse("");
    }

    static MmcrException unreadable(String name, String found, IOException cause) {
        return new MmcrException(
                "expected a label in " + name + ", found " + found + "; mend or remove that file", cause);
    }
}
