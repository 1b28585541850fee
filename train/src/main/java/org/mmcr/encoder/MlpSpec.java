package org.mmcr.encoder;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mmcr.MmcrException;

/**
 * Fully connected layers for vectors, each followed by batch-norm and the activation.
 *
 * @param inputs length of an input vector
 * @param widths outputs of each layer; the last is the number of features
 * @param activation non-linearity, default relu
 */
public record MlpSpec(int inputs, List<Integer> widths, Activation activation) implements EncoderSpec {
    public MlpSpec {
        widths = List.copyOf(widths);
        if (inputs < 1 || widths.isEmpty() || Collections.min(widths) < 1) {
            throw new MmcrException(
                    "an mlp encoder needs inputs of at least 1 and one or more widths of at least 1; found inputs "
                            + inputs + ", widths " + widths);
        }
    }

    @JsonProperty("type")
    public String type() {
        return "mlp";
    }

    @JsonCreator
    static MlpSpec fromConfig(
            @JsonProperty("type") String type,
            @JsonProperty(value = "inputs", required = true) int inputs,
            @JsonProperty(value = "widths", required = true) List<Integer> widths,
            @JsonProperty("activation") @Nullable Activation activation) {
        return new MlpSpec(inputs, widths, activation == null ? Activation.RELU : activation);
    }
}
