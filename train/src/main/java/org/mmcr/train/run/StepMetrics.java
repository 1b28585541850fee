package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * The measurements of one optimiser step: a line of {@code metrics.jsonl}, in which each figure is a key of its own.
 *
 * @param step steps done, this one included: the first step is 1
 * @param epoch zero-based pass over the data
 * @param progress fraction of the budget used before this step
 * @param loss the objective, lower is better
 * @param figures of the objective, by name
 * @param learningRate of this step; for an optimiser with several groups that of {@link
 *     org.mmcr.train.optim.OptimizerSpec#learningRate}
 * @param viewsPerSecond views of this step divided by its seconds
 * @param dataWait fraction of the step's seconds spent waiting for views
 * @param seconds of this step, waiting included
 */
@API(status = API.Status.STABLE)
public record StepMetrics(
        long step,
        int epoch,
        double progress,
        double loss,
        @JsonAnyGetter Map<String, Double> figures,
        double learningRate,
        double viewsPerSecond,
        double dataWait,
        double seconds) {

    public StepMetrics {
        figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    }
}
