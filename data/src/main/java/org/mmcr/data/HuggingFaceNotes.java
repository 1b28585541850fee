package org.mmcr.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mmcr.data.io.Json;

/** The names of classes that Hugging Face's {@code datasets} notes in a Parquet file, by column. */
final class HuggingFaceNotes {
    private static final String KEY = "huggingface";

    private HuggingFaceNotes() {}

    /** Columns of class labels in the order of the file, each with its class names; empty when nothing is noted. */
    static Map<String, List<String>> classLabels(Map<String, String> notes) {
        Map<String, List<String>> labels = new LinkedHashMap<>();
        JsonNode features = parse(notes.getOrDefault(KEY, "{}")).at("/info/features");
        features.properties().forEach(feature -> {
            if (feature.getValue().path("_type").asText().equals("ClassLabel")) {
                List<String> names = new ArrayList<>();
                feature.getValue().path("names").forEach(name -> names.add(name.asText()));
                labels.put(feature.getKey(), List.copyOf(names));
            }
        });
        return labels;
    }

    /** Notes that are not JSON are somebody else's. */
    private static JsonNode parse(String json) {
        ObjectMapper mapper = Json.mapper();
        try {
            return mapper.readTree(json);
        } catch (JsonProcessingException e) {
            return mapper.createObjectNode();
        }
    }
}
