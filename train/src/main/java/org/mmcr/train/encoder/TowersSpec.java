package org.mmcr.train.encoder;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Collections;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.mmcr.core.MmcrException;
import org.mmcr.data.Modality;

/**
 * A multi-layer perceptron for each modality of paired data. All have the same hidden widths and as many features, so
 * that one projector takes them into one space.
 *
 * @param modalities name and input length of each; none takes those of the training data
 * @param widths outputs of each layer; the last is the number of features
 * @param activation non-linearity
 */
@JsonPropertyOrder("type")
@JsonIgnoreProperties(value = "type", allowGetters = true)
public record TowersSpec(List<Modality> modalities, List<Integer> widths, Activation activation)
        implements EncoderSpec {
    public TowersSpec {
        modalities = List.copyOf(modalities);
        widths = List.copyOf(widths);
        if (modalities.size() == 1 || widths.isEmpty() || Collections.min(widths) < 1) {
            throw new MmcrException(
                    "a towers encoder needs two or more modalities (or none: those of the data) and one or more widths"
                            + " of at least 1; found " + modalities.size() + " modalities, widths " + widths);
        }
    }

    /** Two ReLU layers of 512 and 256 outputs for each modality of the data. */
    public static TowersSpec standard() {
        return new TowersSpec(List.of(), List.of(512, 256), Activation.RELU);
    }

    @JsonProperty("type")
    public String type() {
        return "towers";
    }

    @Override
    public Encoder build(long seed) {
        try (PointerScope scope = new PointerScope()) {
            return Towers.build(this, new ParameterTable(seed));
        }
    }

    /** The same layers for other modalities. */
    public TowersSpec withModalities(List<Modality> others) {
        return new TowersSpec(others, widths, activation);
    }

    /** Number of columns of all modalities. */
    int inputs() {
        return first(modalities.size());
    }

    /** First column of a modality in the row of all. */
    public int first(int modality) {
        return modalities.subList(0, modality).stream()
                .mapToInt(Modality::columns)
                .sum();
    }

    /** The network of one modality. */
    public MlpSpec tower(int modality) {
        return new MlpSpec(modalities.get(modality).columns(), widths, activation);
    }

    @Override
    public int width() {
        return widths.get(0);
    }

    @Override
    public TowersSpec withWidth(int other) {
        return new TowersSpec(modalities, SmallConvNetSpec.scaled(widths, width(), other), activation);
    }
}
