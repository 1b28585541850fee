package org.mmcr.train.encoder;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;

/**
 * Architecture of the projector between features and embeddings: linear layers without bias, batch-norm and ReLU
 * between them, nothing after the last (Yerxa et al. 2023).
 *
 * @param widths outputs of each layer, e.g. [512, 128]; the last is the embedding's dimension
 * @param bias whether the last layer has a bias, as that of a classifier has
 * @param earlyFeatures whether it sees the features of stages before the last, if the encoder has any
 */
@API(status = API.Status.STABLE)
public record ProjectorSpec(List<Integer> widths, boolean bias, boolean earlyFeatures) {
    public ProjectorSpec {
        widths = List.copyOf(widths);
        if (widths.isEmpty() || Collections.min(widths) < 1) {
            throw new MmcrException("projector widths must be one or more numbers of at least 1, found " + widths
                    + "; the published projector for small pictures is [512, 128]");
        }
    }

    /** Layers without bias, as the published ones are, of the features of the last stage. */
    public ProjectorSpec(List<Integer> widths) {
        this(widths, false, false);
    }

    /** A linear classifier of all features. */
    public static ProjectorSpec classifier(int classes) {
        return new ProjectorSpec(List.of(classes), true, true);
    }

    /** The embedding's dimension D. */
    @JsonPropertyDescription("dimension D of the embeddings")
    public int dimension() {
        return widths.get(widths.size() - 1);
    }

    /** The same layers with embeddings of another dimension. */
    public ProjectorSpec withDimension(int dimension) {
        List<Integer> others = new ArrayList<>(widths);
        others.set(widths.size() - 1, dimension);
        return new ProjectorSpec(others, bias, earlyFeatures);
    }
}
