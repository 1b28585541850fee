package org.mmcr.train.encoder;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Collections;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.mmcr.core.MmcrException;

/**
 * A multi-layer perceptron for vectors: linear layers, each followed by batch-norm and the activation.
 *
 * @param inputs length of an input vector; 0 takes the number of columns of the training data
 * @param widths outputs of each layer; the last is the number of features
 * @param activation non-linearity
 */
@JsonPropertyOrder("type")
@JsonIgnoreProperties(value = "type", allowGetters = true)
public record MlpSpec(int inputs, List<Integer> widths, Activation activation) implements EncoderSpec {
    public MlpSpec {
        widths = List.copyOf(widths);
        if (inputs < 0 || widths.isEmpty() || Collections.min(widths) < 1) {
            throw new MmcrException(
                    "an mlp encoder needs inputs of 0 (as many as the data have columns) or more and one or more widths of at least 1; found inputs "
                            + inputs + ", widths " + widths);
        }
    }

    /** Three ReLU layers of 512, 512 and 256 outputs for vectors of any length. */
    public static MlpSpec standard() {
        return new MlpSpec(0, List.of(512, 512, 256), Activation.RELU);
    }

    @JsonProperty("type")
    public String type() {
        return "mlp";
    }

    @Override
    public Encoder build(long seed) {
        try (PointerScope scope = new PointerScope()) {
            return Mlp.build(this, new ParameterTable(seed));
        }
    }

    /** The same layers for vectors of another length. */
    public MlpSpec withInputs(int other) {
        return new MlpSpec(other, widths, activation);
    }

    @Override
    public int width() {
        return widths.get(0);
    }

    @Override
    public MlpSpec withWidth(int other) {
        return new MlpSpec(inputs, SmallConvNetSpec.scaled(widths, width(), other), activation);
    }
}
