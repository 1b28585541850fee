package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.apiguardian.api.API;

/** The objective's own numbers. */
@API(status = API.Status.STABLE)
public record LossOptions(
        @JsonPropertyDescription("weight of the mean nuclear norm of each sample's views (published runs use 0)")
        double localWeight) {
    public LossOptions {
        ConfigChecks.notNegative("loss localWeight", localWeight);
    }
}
