package org.mmcr.train.run;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.DoubleSupplier;
import org.mmcr.data.views.ViewBatchPlan;
import org.mmcr.train.distributed.Rank;

/**
 * Cuts each step into batches for the view loader. A step of A batches is made of 2 A - 1: all of them once, then all but the
 * last again, because the last one's graph is still there when the whole step has been seen. Of every batch a process takes
 * its own slice, so that W processes see together what one would see alone. A view is a function of (seed, epoch, sample, view),
 * so the second making of a batch is the first one's copy.
 */
final class StepPlans {
    private final PretrainConfig config;
    private final DataOrder order;
    private final OptionalLong totalSteps;
    private final DoubleSupplier progressNow;
    private final Rank rank;
    private long plannedStep = -1;
    private double plannedProgress;
    private int[] plannedSamples = {};

    /** progressNow: share of a budget in minutes that is used, asked once a step, when its first batch is planned. */
    StepPlans(PretrainConfig config, DataOrder order, OptionalLong totalSteps, DoubleSupplier progressNow, Rank rank) {
        this.config = config;
        this.order = order;
        this.totalSteps = totalSteps;
        this.progressNow = progressNow;
        this.rank = rank;
    }

    /** How many batches of the loader make a step. */
    static int batchesPerStep(PretrainConfig config) {
        return 2 * config.accumulate() - 1;
    }

    /** The plan of a batch of the loader, counted from 0 at the first step; empty after the last step. */
    synchronized Optional<ViewBatchPlan> plan(long number) {
        long step = number / batchesPerStep(config);
        if (totalSteps.isPresent() && step >= totalSteps.getAsLong()) {
            return Optional.empty();
        }
        if (step != plannedStep) {
            plannedStep = step;
            plannedSamples = order.samples(step);
            // By steps the stage depends on the step alone; by minutes on the time when the views are planned.
            plannedProgress =
                    totalSteps.isPresent() ? step / (double) totalSteps.getAsLong() : progressNow.getAsDouble();
        }
        int batch = (int) (number % batchesPerStep(config)) % config.accumulate();
        int slice = config.batch() / rank.world();
        int from = batch * config.batch() + rank.rank() * slice;
        return Optional.of(new ViewBatchPlan(
                step,
                order.epoch(step),
                Arrays.copyOfRange(plannedSamples, from, from + slice),
                config.views(),
                config.view().at(plannedProgress)));
    }
}
