package org.mmcr.train.run;

import java.util.OptionalLong;
import org.apiguardian.api.API;
import org.mmcr.objective.MmcrLoss;
import org.mmcr.train.distributed.Rank;
import org.mmcr.train.encoder.Precision;

/**
 * What a run is about to do.
 *
 * @param config how it was configured, with what only the data can say filled in
 * @param run where it is written
 * @param samples pictures trained on
 * @param stepsPerEpoch whole batches in one pass; an incomplete last one is left out
 * @param firstStep steps done before, 0 for a new run
 * @param totalSteps empty for a budget in minutes
 * @param secondsBefore seconds of the budget used before, by the part of a run that is resumed
 * @param parameters trainable numbers in encoder and projector
 * @param precision the precision in force
 * @param computeThreads threads of tensor operations
 * @param loaderThreads threads that make views
 * @param rank this process among those of the run
 */
@API(status = API.Status.STABLE)
public record TrainStart(
        PretrainConfig config,
        RunDirectory run,
        int samples,
        long stepsPerEpoch,
        long firstStep,
        OptionalLong totalSteps,
        double secondsBefore,
        long parameters,
        Precision precision,
        int computeThreads,
        int loaderThreads,
        Rank rank) {

    /** What the processes exchange for the objective, in words. */
    public String exchange() {
        int dimension = config.model().projector().dimension();
        return new MmcrLoss(config.loss().localWeight()).exchange(config.stepPictures(), config.views(), dimension);
    }
}
