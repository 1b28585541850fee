package org.mmcr.train.run;

import java.nio.file.Path;
import org.apiguardian.api.API;

/**
 * What a run has done, all its parts together.
 *
 * @param finished true when the budget is used up; false when it was stopped before
 * @param steps steps done
 * @param epochs passes over the data, as a fraction
 * @param viewsSeen steps * N * K
 * @param seconds spent, waiting and checkpoints included
 * @param viewsPerSecond over the steps' own seconds
 * @param dataWait share of the steps' seconds spent waiting for views
 * @param loss of the last step
 * @param percentError of the last step
 * @param checkpoint the folder that holds the result
 */
@API(status = API.Status.STABLE)
public record TrainSummary(
        boolean finished,
        long steps,
        double epochs,
        long viewsSeen,
        double seconds,
        double viewsPerSecond,
        double dataWait,
        double loss,
        double percentError,
        Path checkpoint) {}
