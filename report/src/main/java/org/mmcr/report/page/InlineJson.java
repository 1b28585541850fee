package org.mmcr.report.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.mmcr.data.io.Json;

/** JSON inside of a page's script element. */
public final class InlineJson {
    private static final ObjectMapper MAPPER = Json.mapper();

    private InlineJson() {}

    /** Returns a document as the text of a script element, which no text in the document can end. */
    public static String of(JsonNode document) {
        try {
            // Only "<" can end a script element or start a comment in it; JSON allows the escape.
            return MAPPER.writeValueAsString(document).replace("<", "\\u003c");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
