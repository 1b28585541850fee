package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.apiguardian.api.API;

/** When a run saves itself; it also does so at its start and at its end. */
@API(status = API.Status.STABLE)
public record CheckpointOptions(
        @JsonPropertyDescription("minutes between checkpoints, 0 for none by time")
        double minutes,

        @JsonPropertyDescription("steps between checkpoints, 0 for none by steps")
        long steps,

        @JsonPropertyDescription("how many of the newest checkpoints stay on disk")
        int keep) {

    public CheckpointOptions {
        ConfigChecks.notNegative("checkpoint minutes", minutes);
        ConfigChecks.notNegative("checkpoint steps", steps);
        ConfigChecks.positive("checkpoint keep", keep);
    }

    /** What applies where a recipe says nothing. */
    public static CheckpointOptions defaults() {
        return new CheckpointOptions(2, 0, 2);
    }
}
