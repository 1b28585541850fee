package org.mmcr.analysis.threshold;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;
import org.mmcr.analysis.trials.DataUsed;
import org.mmcr.analysis.trials.InitialWeights;

/**
 * Everything that determines the numbers of a study, apart from the machine.
 *
 * @param data location and fingerprint of the data that are trained on
 * @param test location and fingerprint of data to classify; if empty, a part of {@code data} is held out
 * @param grid step sizes, dimensions, views and repeats
 * @param config configuration of all trainings as YAML; batch, views, dimension, budget and seed are replaced
 * @param weights fingerprint of the initial weights; empty without them, or if an earlier version wrote the settings
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record ThresholdSettings(
        DataUsed data, Optional<DataUsed> test, ThresholdGrid grid, String config, Optional<String> weights) {
    /**
     * Names what differs from other settings and changes a training's numbers; empty if nothing does. Sizes, views and
     * repeats may be added and left out: a cell's trainings do not depend on the others.
     */
    public Optional<String> conflict(ThresholdSettings other) {
        Optional<String> testContent = test.map(DataUsed::fingerprint);
        if (!data.hasContentOf(other.data) || !testContent.equals(other.test.map(DataUsed::fingerprint))) {
            return Optional.of("data");
        }
        if (grid.trainingViews() != other.grid.trainingViews()) {
            return Optional.of("training views");
        }
        if (!config.equals(other.config)) {
            return Optional.of("options of training");
        }
        return InitialWeights.differ(weights, other.weights) ? Optional.of("initial weights") : Optional.empty();
    }
}
