package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.apiguardian.api.API;

/** Settings of the objective. */
@API(status = API.Status.STABLE)
public record LossOptions(
        @JsonPropertyDescription(
                "weight of the local term, the mean nuclear norm of each sample's views; published runs use 0")
        double localWeight) {
    public LossOptions {
        ConfigChecks.notNegative("loss localWeight", localWeight);
    }
}
