package org.mmcr.explorer.labelling;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** One thing that a person did, as a line of the label file. Pictures go by name, so that a line outlives their order. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "action")
@JsonSubTypes({
    @JsonSubTypes.Type(value = LabelAction.Assign.class, name = "assign"),
    @JsonSubTypes.Type(value = LabelAction.Clear.class, name = "clear"),
    @JsonSubTypes.Type(value = LabelAction.Rename.class, name = "rename"),
    @JsonSubTypes.Type(value = LabelAction.Merge.class, name = "merge"),
    @JsonSubTypes.Type(value = LabelAction.Undo.class, name = "undo")
})
public sealed interface LabelAction {

    /**
     * Gives pictures a label, in place of any they had.
     *
     * @param random whether the pictures were drawn at random from all unlabelled ones: only those measure accuracy
     */
    record Assign(List<String> pictures, String label, boolean random) implements LabelAction {
        public Assign {
            pictures = List.copyOf(pictures);
        }
    }

    /** Takes the labels of pictures away. */
    record Clear(List<String> pictures) implements LabelAction {
        public Clear {
            pictures = List.copyOf(pictures);
        }
    }

    /** Gives a label a name that no other has. */
    record Rename(String from, String to) implements LabelAction {}

    /** Gives all pictures of one label another that exists. */
    record Merge(String from, String into) implements LabelAction {}

    /** Takes the last action that still stands back. */
    record Undo() implements LabelAction {}
}
