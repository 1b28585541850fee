package org.mmcr.run;

import java.util.OptionalLong;
import org.mmcr.encoder.Precision;

/**
 * What a run is about to do.
 *
 * @param datums pictures trained on
 * @param stepsPerEpoch whole batches in one pass; an incomplete last one is left out
 * @param firstStep steps done before, 0 for a new run
 * @param totalSteps empty for a budget in minutes
 * @param secondsBefore seconds of the budget used before, by the part of a run that is resumed
 * @param parameters trainable numbers in encoder and projector
 * @param precision the precision in force
 * @param computeThreads threads of tensor operations
 * @param loaderThreads threads that make views
 */
public record TrainStart(
        PretrainConfig config,
        RunDirectory run,
        int datums,
        long stepsPerEpoch,
        long firstStep,
        OptionalLong totalSteps,
        double secondsBefore,
        long parameters,
        Precision precision,
        int computeThreads,
        int loaderThreads) {}
