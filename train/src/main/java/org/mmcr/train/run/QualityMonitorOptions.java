package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.apiguardian.api.API;

/** Optional measurement of quality without labels while training. The samples stay in the training data. */
@API(status = API.Status.STABLE)
public record QualityMonitorOptions(
        @JsonPropertyDescription("steps between measurements of quality without labels; 0: none")
        long steps,

        @JsonPropertyDescription("training samples that are measured, at most; spread over all")
        int samples,

        @JsonPropertyDescription("views of each of them, at least 2")
        int views) {

    public QualityMonitorOptions {
        ConfigChecks.notNegative("quality steps", steps);
        ConfigChecks.require(samples >= 2, "quality samples", samples, "at least 2");
        ConfigChecks.require(views >= 2, "quality views", views, "at least 2");
    }
}
