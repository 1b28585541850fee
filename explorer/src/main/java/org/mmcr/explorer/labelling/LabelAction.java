package org.mmcr.explorer.labelling;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.Json;

/**
 * An action on labels, one line of the label file. It refers to pictures by name, so that it stays valid when their
 * order changes.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "action")
@JsonSubTypes({
    @JsonSubTypes.Type(value = LabelAction.Assign.class, name = "assign"),
    @JsonSubTypes.Type(value = LabelAction.AssignEach.class, name = "assign-each"),
    @JsonSubTypes.Type(value = LabelAction.Clear.class, name = "clear"),
    @JsonSubTypes.Type(value = LabelAction.Delete.class, name = "delete"),
    @JsonSubTypes.Type(value = LabelAction.Rename.class, name = "rename"),
    @JsonSubTypes.Type(value = LabelAction.Merge.class, name = "merge"),
    @JsonSubTypes.Type(value = LabelAction.Undo.class, name = "undo"),
    @JsonSubTypes.Type(value = LabelAction.Redo.class, name = "redo")
})
public sealed interface LabelAction {
    /** Reads an action that was written as JSON. */
    static LabelAction of(JsonNode document) throws JsonProcessingException {
        return Optional.ofNullable(Json.mapper().treeToValue(document, LabelAction.class))
                .orElseThrow(() -> new MmcrException("expected a label action, found null"));
    }

    /**
     * Gives pictures a label, replacing any that they have.
     *
     * @param random whether the pictures were drawn at random from all unlabelled ones; accuracy is measured on
     *     these alone
     */
    record Assign(List<String> pictures, String label, boolean random) implements LabelAction {
        public Assign {
            pictures = List.copyOf(pictures);
            Objects.requireNonNull(label, "label");
        }
    }

    /** Gives each picture the label at its place in {@code labels}, replacing any that it has. */
    record AssignEach(List<String> pictures, List<String> labels) implements LabelAction {
        public AssignEach {
            pictures = List.copyOf(pictures);
            labels = List.copyOf(labels);
            if (pictures.size() != labels.size()) {
                throw new MmcrException("expected a label for each of " + pictures.size() + " pictures, found "
                        + labels.size() + "; give as many");
            }
        }
    }

    /** Removes the labels of pictures. */
    record Clear(List<String> pictures) implements LabelAction {
        public Clear {
            pictures = List.copyOf(pictures);
        }
    }

    /** Removes a label from all its pictures. */
    record Delete(String label) implements LabelAction {
        public Delete {
            Objects.requireNonNull(label, "label");
        }
    }

    /** Renames a label; no other may have the new name. */
    record Rename(String from, String to) implements LabelAction {
        public Rename {
            Objects.requireNonNull(from, "from");
            Objects.requireNonNull(to, "to");
        }
    }

    /** Moves all pictures of one label to another existing one. */
    record Merge(String from, String into) implements LabelAction {
        public Merge {
            Objects.requireNonNull(from, "from");
            Objects.requireNonNull(into, "into");
        }
    }

    /** Reverts the last action that was not reverted yet. */
    record Undo() implements LabelAction {}

    /** Applies the action that was reverted last again; any other action since then makes this impossible. */
    record Redo() implements LabelAction {}
}
