package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.apiguardian.api.API;

/** Times at which a run writes checkpoints, besides its start and its end. */
@API(status = API.Status.STABLE)
public record CheckpointOptions(
        @JsonPropertyDescription("minutes between checkpoints; 0: none by time")
        double minutes,

        @JsonPropertyDescription("steps between checkpoints; 0: none by steps")
        long steps,

        @JsonPropertyDescription("number of checkpoints kept on disk, the newest")
        int keep) {

    public CheckpointOptions {
        ConfigChecks.notNegative("checkpoint minutes", minutes);
        ConfigChecks.notNegative("checkpoint steps", steps);
        ConfigChecks.positive("checkpoint keep", keep);
    }
}
