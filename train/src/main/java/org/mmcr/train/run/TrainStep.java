package org.mmcr.train.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.data.views.ViewBatch;
import org.mmcr.data.views.ViewBatchPlan;
import org.mmcr.data.views.ViewLoader;
import org.mmcr.objective.Communicator;
import org.mmcr.objective.NonFiniteEmbeddingException;
import org.mmcr.objective.NonFiniteLossException;
import org.mmcr.objective.Objective;
import org.mmcr.objective.PartedBatch;
import org.mmcr.objective.linalg.ReturningScope;
import org.mmcr.train.distributed.CommunicationStats.Use;
import org.mmcr.train.distributed.GradientSum;
import org.mmcr.train.distributed.ProcessGroup;
import org.mmcr.train.encoder.ComputeDevice;
import org.mmcr.train.encoder.EmbeddingModel;
import org.mmcr.train.encoder.ObjectiveNetwork;
import org.mmcr.train.encoder.Precision;
import org.mmcr.train.optim.GradientClipping;
import org.mmcr.train.run.StepTimer.Phase;

/**
 * The computation of one optimiser step: {@link #backward} computes the gradient of the step's loss, {@link #update}
 * moves the weights along it.
 *
 * <p>A step of one batch in one process is a forward and a backward pass. In several batches ({@code accumulate}) or
 * processes, {@link PartedBatch} gives each batch the gradient of the whole step's loss: all batches pass forward, and
 * the last one keeps its graph and passes backward; then each earlier batch passes forward again, without moving the
 * running statistics, and backward. Batch-norm normalises over one batch of all processes.
 *
 * <p>On a GPU the networks, their gradients and the optimiser stay there. So does the objective of one batch on an
 * NVIDIA card; that of a batch in parts, whose sums are small, and that of an Apple GPU, which has no float64, are
 * computed on the processor.
 */
final class TrainStep implements AutoCloseable {
    private static final String REMEDY = "; the run's last checkpoint is intact:"
            + " start again with a lower learning rate, a longer warm-up or gradient clipping";

    private final TrainingState state;
    private final Objective objective;
    private final ProcessGroup group;
    private final Communicator communicator;
    private final GradientSum gradients;
    private final PretrainConfig config;
    /** Whether the objective computes where the network does, and not on the processor. */
    private final boolean objectiveOnDevice;

    private StepTimer timer = StepTimer.off();
    private double waited;
    /** Whether a step has begun to change the networks, such as the running statistics of batch-norm. */
    private boolean underway;

    /** Makes the batch-norm layers of the state's networks use the batches of all processes. */
    TrainStep(TrainingState state, Objective objective, ProcessGroup group) {
        this.state = state;
        this.objective = objective;
        this.group = group;
        config = state.config();
        objectiveOnDevice = state.model().device().kind() == ComputeDevice.Kind.CUDA && isOneBatch(config, group);
        communicator = group.communicator(Use.OBJECTIVE);
        DistributedOptions distributed = config.distributed();
        gradients = new GradientSum(group, state.trained(), distributed.gradients(), distributed.overlap());
        Communicator batchNorm = group.communicator(Use.BATCH_NORM);
        state.model().syncBatchNorm(batchNorm);
        state.network().ifPresent(network -> network.syncBatchNorm(batchNorm));
        state.average().ifPresent(average -> average.model().syncBatchNorm(batchNorm));
    }

    /** Measures the phases of each step. */
    TrainStep timedBy(StepTimer other) {
        timer = other;
        return this;
    }

    /**
     * Loss and figures of a step.
     *
     * @param embeddings raw (N*K, D) of this process's last batch, without graph
     * @param waited seconds of waiting for views
     */
    record Result(double loss, Map<String, Double> figures, Tensor embeddings, double waited) {}

    /** Takes the step's batches from the loader and passes them forward and backward. Run it in a scope of its own. */
    Result backward(ViewLoader loader) {
        waited = 0;
        state.optimizer().zeroGrad();
        return isOneBatch(config, group) ? oneBatch(loader) : inParts(loader);
    }

    private static boolean isOneBatch(PretrainConfig config, ProcessGroup group) {
        return config.accumulate() == 1 && group.rank().alone();
    }

    /**
     * Sums the gradients over the processes, clips them, and updates the weights and their average.
     *
     * @param progress of the run before the step, 0..1
     * @throws DivergedException if the gradient is not finite; the weights have not changed then
     */
    void update(double learningRateFactor, double progress) {
        double norm = timer.time(Phase.GRADIENTS, this::gradientNorm);
        if (!Double.isFinite(norm)) {
            throw new DivergedException(
                    "expected a finite gradient, found NaN or infinity at step " + (state.step() + 1) + REMEDY);
        }
        timer.run(Phase.OPTIMIZER, () -> {
            state.optimizer().step(learningRateFactor);
            state.network().ifPresent(ObjectiveNetwork::afterStep);
        });
        timer.run(Phase.AVERAGE, () -> state.moveAverage(progress));
        underway = false;
    }

    private double gradientNorm() {
        gradients.apply();
        double largest = config.clip() > 0 ? config.clip() : Double.POSITIVE_INFINITY;
        return GradientClipping.clipNorm(state.trained(), largest);
    }

    /** Returns whether the state is that of whole steps, so that it may be saved. */
    boolean isWhole() {
        return !underway;
    }

    /** Gathers the rows of all processes. */
    Tensor gather(Tensor rows) {
        return group.communicator(Use.CONTROL).gather(rows.contiguous());
    }

    private Result oneBatch(ViewLoader loader) {
        try (ViewBatch batch = next(loader)) {
            Seen seen = see(batch);
            Objective now = objective.at(state.step());
            Objective.Result result =
                    located(batch.plan(), () -> now.compute(seen.rows(), config.views(), seen.momentum()));
            timer.backward(result.loss());
            return new Result(
                    result.value(), result.figures(), seen.embeddings().detach().cpu(), waited);
        }
    }

    private Result inParts(ViewLoader loader) {
        PartedBatch whole = objective
                .at(state.step())
                .parted(config.stepPictures(), config.views(), state.model().dimension(), communicator);
        List<PartedBatch.Part> earlier = new ArrayList<>();
        for (int batch = 1; batch < config.accumulate(); batch++) {
            earlier.add(observe(whole, loader));
        }
        Result result = settle(whole, loader);
        recordStatistics(false);
        try {
            for (int i = 0; i < earlier.size(); i++) {
                if (i == earlier.size() - 1) {
                    gradients.beforeLastPass();
                }
                backward(whole, earlier.get(i), loader);
            }
        } finally {
            recordStatistics(true);
        }
        return result;
    }

    private void recordStatistics(boolean on) {
        state.model().recordStatistics(on);
        state.network().ifPresent(network -> network.recordStatistics(on));
    }

    private PartedBatch.Part observe(PartedBatch whole, ViewLoader loader) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard();
                ViewBatch batch = next(loader)) {
            Seen seen = see(batch);
            return located(batch.plan(), () -> whole.observe(seen.rows(), seen.momentum()));
        }
    }

    /**
     * Passes the last batch forward and backward, in a scope of its own that frees its activations before the others'
     * passes.
     */
    private Result settle(PartedBatch whole, ViewLoader loader) {
        try (ReturningScope scope = new ReturningScope();
                ViewBatch batch = next(loader)) {
            Seen seen = see(batch);
            PartedBatch.Part part = located(batch.plan(), () -> whole.observe(seen.rows(), seen.momentum()));
            PartedBatch.Settled settled = located(batch.plan(), whole::settle);
            if (config.accumulate() == 1) {
                gradients.beforeLastPass();
            }
            timer.backward(timer.time(Phase.OBJECTIVE, () -> whole.loss(part, seen.rows(), seen.momentum())));
            return new Result(
                    settled.loss(),
                    settled.figures(),
                    scope.keep(seen.embeddings().detach().cpu()),
                    waited);
        }
    }

    private void backward(PartedBatch whole, PartedBatch.Part part, ViewLoader loader) {
        try (PointerScope scope = new PointerScope();
                ViewBatch batch = next(loader)) {
            Seen seen = see(batch);
            timer.backward(timer.time(Phase.OBJECTIVE, () -> whole.loss(part, seen.rows(), seen.momentum())));
        }
    }

    private ViewBatch next(ViewLoader loader) {
        long began = System.nanoTime();
        ViewBatch batch = timer.time(Phase.VIEWS, loader::next)
                .orElseThrow(() -> new IllegalStateException("the loader ended early"));
        waited += (System.nanoTime() - began) * 1e-9;
        return batch;
    }

    /**
     * What the objective sees of a batch.
     *
     * @param embeddings raw (n*K, D) of the trained network
     * @param rows the embeddings, or what the objective's network makes of them, with a graph
     * @param momentum what these are averaged or compared with, if the objective uses it
     */
    private record Seen(Tensor embeddings, Tensor rows, Optional<Tensor> momentum) {}

    private Seen see(ViewBatch batch) {
        Tensor embeddings = embed(state.model(), batch);
        Tensor rows = state.network()
                .map(network -> timer.time(Phase.FORWARD, () -> {
                    try (Precision.Scope autocast =
                            state.precision().autocast(state.model().device())) {
                        return network.forward(embeddings);
                    }
                }))
                .orElse(embeddings);
        return new Seen(
                embeddings, forObjective(rows), momentum(batch, embeddings).map(this::forObjective));
    }

    private Tensor forObjective(Tensor rows) {
        return objectiveOnDevice ? rows : rows.cpu();
    }

    /** Embeddings by the averaged weights if the objective uses them, else the targets of predictions. */
    private Optional<Tensor> momentum(ViewBatch batch, Tensor embeddings) {
        if (!state.embedsWithAverage()) {
            return config.objective().predicts() ? Optional.of(embeddings.detach()) : Optional.empty();
        }
        try (NoGradGuard guard = new NoGradGuard()) {
            return Optional.of(embed(state.average().orElseThrow().model(), batch));
        }
    }

    private Tensor embed(EmbeddingModel model, ViewBatch batch) {
        underway = true;
        model.rowKeys(batch.plan().rowKeys(config.seed()));
        try (Precision.Scope autocast = state.precision().autocast(model.device())) {
            return timer.time(Phase.FORWARD, () -> model.embed(batch.tensor()));
        }
    }

    /** Adds step, sample and view to the failure of an embedding that is not finite, the step to that of a loss. */
    private <T> T located(ViewBatchPlan plan, Supplier<T> evaluation) {
        try {
            return timer.time(Phase.OBJECTIVE, evaluation);
        } catch (NonFiniteEmbeddingException e) {
            int sample = plan.samples()[(int) (e.row() / plan.views())];
            throw new DivergedException(
                    "expected finite embeddings, found NaN or infinity at step " + (state.step() + 1) + " for view "
                            + e.row() % plan.views() + " of '"
                            + state.data().name(sample) + "'" + REMEDY,
                    e);
        } catch (NonFiniteLossException e) {
            throw new DivergedException(
                    "expected a finite loss, found infinity at step " + (state.step() + 1) + REMEDY, e);
        }
    }

    @Override
    public void close() {
        gradients.close();
    }
}
