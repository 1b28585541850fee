package org.mmcr.train.encoder;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mmcr.core.MmcrException;

/**
 * Fully connected layers for vectors, each followed by batch-norm and the activation.
 *
 * @param inputs length of an input vector; 0 for as many as the training data have columns, filled in when training begins
 * @param widths outputs of each layer; the last is the number of features
 * @param activation non-linearity, default relu
 */
public record MlpSpec(int inputs, List<Integer> widths, Activation activation) implements EncoderSpec {
    public MlpSpec {
        widths = List.copyOf(widths);
        if (inputs < 0 || widths.isEmpty() || Collections.min(widths) < 1) {
            throw new MmcrException(
                    "an mlp encoder needs inputs of 0 (as many as the data have columns) or more and one or more widths of at least 1; found inputs "
                            + inputs + ", widths " + widths);
        }
    }

    /** The same layers for vectors of another length. */
    public MlpSpec withInputs(int other) {
        return new MlpSpec(other, widths, activation);
    }

    @JsonProperty("type")
    public String type() {
        return "mlp";
    }

    @JsonCreator
    static MlpSpec fromConfig(
            @JsonProperty("type") String type,
            @JsonProperty("inputs") @Nullable Integer inputs,
            @JsonProperty(value = "widths", required = true) List<Integer> widths,
            @JsonProperty("activation") @Nullable Activation activation) {
        return new MlpSpec(inputs == null ? 0 : inputs, widths, activation == null ? Activation.RELU : activation);
    }
}
