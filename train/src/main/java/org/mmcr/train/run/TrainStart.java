package org.mmcr.train.run;

import java.util.OptionalLong;
import org.apiguardian.api.API;
import org.mmcr.objective.PartedBatch;
import org.mmcr.train.distributed.Rank;
import org.mmcr.train.encoder.Precision;

/**
 * The settings and sizes of a run that starts or continues.
 *
 * @param config with the values that depend on the data filled in
 * @param run its folder
 * @param samples trained on
 * @param stepsPerEpoch whole batches in one pass; an incomplete last one is left out
 * @param firstStep steps done before, 0 for a new run
 * @param totalSteps empty for a budget in minutes
 * @param secondsBefore seconds of the budget used before
 * @param parameters trainable numbers in encoder and projector
 * @param precision the precision in force
 * @param computeThreads threads of tensor operations
 * @param loaderThreads threads that augment views
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

    static TrainStart of(RunDirectory run, TrainingState state, DataOrder order, ThreadShares threads, Rank rank) {
        return new TrainStart(
                state.config(),
                run,
                order.size(),
                order.stepsPerEpoch(),
                state.step(),
                state.config().budget().totalSteps(order.stepsPerEpoch()),
                state.totals().seconds(),
                state.parameterCount(),
                state.precision(),
                threads.compute(),
                threads.loader(),
                rank);
    }

    /** What the processes exchange for the objective, in words. */
    public String exchange() {
        long samples = config.stepPictures();
        int dimension = config.model().projector().dimension();
        return PartedBatch.sumsGram(samples, dimension)
                ? "sum the " + dimension + " x " + dimension + " Gram matrix of the centroids"
                : "gather the " + samples + " x " + dimension + " centroids, fewer numbers than their Gram matrix";
    }
}
