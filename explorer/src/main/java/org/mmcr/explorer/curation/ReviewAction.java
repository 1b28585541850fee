package org.mmcr.explorer.curation;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.Json;

/**
 * An action of a review, one line of its file. It names pictures by path, so that it stays valid for a newer curation
 * of the same pictures.
 *
 * @param action what is done
 * @param items the suggestions that are decided; empty for undo and redo
 */
public record ReviewAction(Kind action, List<Item> items) {
    /** Kinds of actions. */
    public enum Kind {
        /** The suggestion is right: the picture keeps its flag. */
        @JsonProperty("confirm")
        CONFIRM,
        /** The suggestion is wrong: the flag is removed. */
        @JsonProperty("dismiss")
        DISMISS,
        /** Reverts the last action that was not reverted yet. */
        @JsonProperty("undo")
        UNDO,
        /** Applies the action that was reverted last again. */
        @JsonProperty("redo")
        REDO
    }

    /**
     * A suggestion by its picture and its kind.
     *
     * @param path of the picture
     * @param flag duplicate, outlier, label or broken
     */
    public record Item(String path, String flag) {
        public Item {
            if (path == null || flag == null) {
                throw new MmcrException("expected path and flag of a suggestion, found only one of them");
            }
        }
    }

    public ReviewAction(Kind action, @Nullable List<Item> items) {
        if (action == null) {
            throw new MmcrException("expected confirm, dismiss, undo or redo, found no action");
        }
        this.action = action;
        this.items = List.copyOf(Optional.ofNullable(items).orElse(List.of()));
    }

    /** Reads an action that was written as JSON. */
    static ReviewAction of(JsonNode document) throws JsonProcessingException {
        return Optional.ofNullable(Json.mapper().treeToValue(document, ReviewAction.class))
                .orElseThrow(() -> new MmcrException("expected an action, found null"));
    }
}
