package org.mmcr.train.run;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.mmcr.data.DataSource;
import org.mmcr.data.views.ViewBatchPlan;
import org.mmcr.data.views.ViewLoader;
import org.mmcr.data.views.ViewRecipe;
import org.mmcr.train.distributed.Rank;

/**
 * The batches of each step, for the view loader. A step of A batches loads 2 A - 1: all of them once, then all but the
 * last again, because only the last one's graph is kept until the loss of the whole step is known. A process takes its
 * own slice of every batch, so W processes together load what one would load alone. A view is a function of (seed,
 * epoch, sample, view), so a batch that is loaded twice is the same both times.
 */
final class StepPlans {
    private final PretrainConfig config;
    private final DataOrder order;
    private final Pacer pacer;
    private final Rank rank;
    /** Recipes of the modalities of paired data; none for other data, whose recipes follow the progress. */
    private final List<ViewRecipe> modalities;

    private long plannedStep = -1;
    private double plannedProgress;
    private int[] plannedSamples = {};

    /** Creates the plans; the pacer's progress is read once per step, when its first batch is planned. */
    StepPlans(PretrainConfig config, DataOrder order, Pacer pacer, Rank rank) {
        this.config = config;
        this.order = order;
        this.pacer = pacer;
        this.rank = rank;
        modalities = config.modalityRecipes();
    }

    /** The number of loaded batches of a step. */
    private static int batchesPerStep(PretrainConfig config) {
        return 2 * config.accumulate() - 1;
    }

    /** A loader of the batches from a step on, which reads the data on threads of its own. */
    ViewLoader load(DataSource data, int threads, long firstStep) {
        long first = firstStep * batchesPerStep(config);
        return new ViewLoader(data, config.seed(), threads, config.prefetch(), first, this::plan);
    }

    /** The plan of a loaded batch, counted from 0 at the first step; empty after the last step. */
    synchronized Optional<ViewBatchPlan> plan(long number) {
        long step = number / batchesPerStep(config);
        if (pacer.totalSteps().isPresent() && step >= pacer.totalSteps().getAsLong()) {
            return Optional.empty();
        }
        if (step != plannedStep) {
            plannedStep = step;
            plannedSamples = order.samples(step);
            plannedProgress = pacer.progress(step);
        }
        int batch = (int) (number % batchesPerStep(config)) % config.accumulate();
        int slice = config.batch() / rank.world();
        int from = batch * config.batch() + rank.rank() * slice;
        return Optional.of(new ViewBatchPlan(
                step,
                order.epoch(step),
                Arrays.copyOfRange(plannedSamples, from, from + slice),
                config.views(),
                modalities.isEmpty() ? config.view().at(plannedProgress) : modalities));
    }
}
