package org.mmcr.analysis.threshold;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;
import org.mmcr.analysis.trials.DataUsed;

/**
 * Everything that determines the numbers of a study, apart from the machine. A study continues only with the settings
 * it was started with.
 *
 * @param data location and fingerprint of the data that are trained on
 * @param test location and fingerprint of data to classify; if empty, a part of {@code data} is held out
 * @param grid step sizes, dimensions, views and repeats
 * @param config configuration of all trainings as YAML; batch, views, dimension, budget and seed are replaced
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record ThresholdSettings(DataUsed data, Optional<DataUsed> test, ThresholdGrid grid, String config) {
    /** Names what differs from other settings. */
    String difference(ThresholdSettings other) {
        if (!data.equals(other.data) || !test.equals(other.test)) {
            return "data";
        }
        return grid.equals(other.grid) ? "options of training" : "sizes, views or repeats";
    }
}
