package org.mmcr.train.run;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apiguardian.api.API;
import org.mmcr.objective.Objective;
import org.mmcr.train.distributed.Rank;
import org.mmcr.train.encoder.ComputeDevice;
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
 * @param frozen names of the frozen blocks
 * @param frozenParameters numbers in encoder and projector that are not trained
 * @param adaptation low-rank adapters
 * @param precision the precision in force
 * @param device the device that computes
 * @param computeThreads threads of tensor operations
 * @param loaderThreads threads that augment views
 * @param rank this process among those of the run
 * @param objective and its figures
 * @param exchange what several processes exchange for the objective, as a clause that starts with a verb
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
        List<String> frozen,
        long frozenParameters,
        Optional<Adaptation> adaptation,
        Precision precision,
        ComputeDevice device,
        int computeThreads,
        int loaderThreads,
        Rank rank,
        ObjectiveDescription objective,
        String exchange) {

    static TrainStart of(
            RunDirectory run,
            TrainingState state,
            Objective objective,
            DataOrder order,
            ThreadShares threads,
            Rank rank) {
        PretrainConfig config = state.config();
        int dimension = config.model().projector().dimension();
        return new TrainStart(
                config,
                run,
                order.size(),
                order.stepsPerEpoch(),
                state.step(),
                config.budget().totalSteps(order.stepsPerEpoch()),
                state.totals().seconds(),
                state.parameterCount(),
                state.frozen(),
                state.frozenCount(),
                state.adaptation(),
                state.precision(),
                state.model().device(),
                threads.compute(),
                threads.loader(),
                rank,
                ObjectiveDescription.of(objective, config.stepPictures(), dimension),
                objective.exchange(config.stepPictures(), config.views(), dimension));
    }
}
