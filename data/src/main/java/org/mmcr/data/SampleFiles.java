package org.mmcr.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.FileFailure;
import org.mmcr.data.io.Json;
import org.mmcr.data.io.MappedBytes;
import org.mmcr.data.io.NpyArray;

/**
 * Names of the files of a WebDataset sample, and its label: the text of {@code key.cls}, or else the property
 * {@code label}, {@code cls}, {@code class} or {@code target} of {@code key.json}.
 */
public final class SampleFiles {
    private static final String TEXT = ".cls";
    private static final String DOCUMENT = ".json";
    private static final List<String> FIELDS = List.of("label", "cls", "class", "target");
    private static final ObjectMapper JSON = Json.mapper();

    private SampleFiles() {}

    /** Returns the key of a file: its name up to the first dot after the last slash. */
    public static String key(String name) {
        int dot = name.indexOf('.', name.lastIndexOf('/') + 1);
        return dot < 0 ? name : name.substring(0, dot);
    }

    /** Returns whether a file holds a label and nothing else. */
    public static boolean isText(String name) {
        return name.endsWith(TEXT);
    }

    /** Returns whether a file may hold a label. */
    public static boolean mayHoldLabel(String name) {
        return isText(name) || name.endsWith(DOCUMENT);
    }

    /**
     * Returns the label in a file's content, or an empty text if there is none.
     *
     * @throws MmcrException if the file should be JSON and is not
     */
    public static String label(String name, byte[] content) {
        if (isText(name)) {
            return text(name, content);
        }
        try {
            return label(JSON.readTree(content));
        } catch (JsonProcessingException e) {
            throw unreadable(name, "JSON that cannot be parsed", e);
        } catch (IOException e) {
            throw unreadable(name, FileFailure.reason(e), e);
        }
    }

    /** Returns the label of a text; the {@code webdataset} library also writes a NumPy array, others a list of one. */
    private static String text(String name, byte[] content) {
        if (content.length > 6 && new String(content, 1, 5, StandardCharsets.US_ASCII).equals("NUMPY")) {
            long[] labels =
                    NpyArray.of(name, Path.of(name), MappedBytes.of(content)).integers();
            if (labels.length != 1) {
                throw new MmcrException("expected one label in " + name + ", found an array of " + labels.length
                        + "; write the class of the picture alone");
            }
            return Long.toString(labels[0]);
        }
        return new String(content, StandardCharsets.UTF_8).strip().replaceFirst("^\\[\\s*([^,\\s]+)\\s*]$", "$1");
    }

    private static String label(JsonNode document) {
        return FIELDS.stream()
                .map(document::path)
                .map(value -> value.isArray() && value.size() == 1 ? value.get(0) : value)
                .filter(value -> value.isValueNode() && !value.isNull())
                .map(JsonNode::asText)
                .findFirst()
                .orElse("");
    }

    static MmcrException unreadable(String name, String found, IOException cause) {
        return new MmcrException(
                "expected a label in " + name + ", found " + found + "; correct or remove that file", cause);
    }
}
