package org.mmcr.train.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.data.views.ViewBatch;
import org.mmcr.data.views.ViewBatchPlan;
import org.mmcr.data.views.ViewLoader;
import org.mmcr.objective.Communicator;
import org.mmcr.objective.MmcrLoss;
import org.mmcr.objective.MmcrStats;
import org.mmcr.objective.NonFiniteEmbeddingException;
import org.mmcr.objective.PartedBatch;
import org.mmcr.objective.linalg.ReturningScope;
import org.mmcr.train.distributed.CommunicationStats.Use;
import org.mmcr.train.distributed.GradientSum;
import org.mmcr.train.distributed.ProcessGroup;
import org.mmcr.train.encoder.EmbeddingModel;
import org.mmcr.train.encoder.Precision;
import org.mmcr.train.optim.GradientClipping;

/**
 * Takes one optimiser step: views to embeddings to objective to gradient to new weights.
 *
 * <p>A step of one batch in one process is a forward and a backward pass. In more batches ({@code accumulate}) or processes,
 * {@link PartedBatch} gives each batch the gradient of the whole step's loss: all batches pass forward, the last one keeping its graph; then
 * the last goes backward, and each of the others passes forward once more, moving no running statistics, and backward.
 * Batch-norm sees one batch at a time.
 */
final class TrainStep implements AutoCloseable {
    private final PretrainConfig config;
    private final DataSource data;
    private final TrainingState state;
    private final Precision precision;
    private final MmcrLoss loss;
    private final ProcessGroup group;
    private final Communicator peers;
    private final GradientSum gradients;
    private double waited;

    /** Shares batch-norm of the state's networks among the group. */
    TrainStep(PretrainConfig config, DataSource data, TrainingState state, Precision precision, ProcessGroup group) {
        this.config = config;
        this.data = data;
        this.state = state;
        this.precision = precision;
        this.group = group;
        peers = group.peers(Use.OBJECTIVE);
        DistributedOptions distributed = config.distributed();
        gradients = new GradientSum(group, state.model().parameters(), distributed.gradients(), distributed.overlap());
        state.share(group.peers(Use.BATCH_NORM));
        loss = new MmcrLoss(config.loss().localWeight());
    }

    /**
     * What a step came to.
     *
     * @param embeddings raw (N*K, D) of this process's last batch, without graph
     * @param waited seconds for views
     */
    record Learned(MmcrStats stats, Tensor embeddings, double waited) {}

    /** Takes the step's batches from the loader; run in a scope of its own. */
    Learned learn(ViewLoader loader, double factor) {
        waited = 0;
        state.optimizer().zeroGrad();
        boolean whole = config.accumulate() == 1 && peers.size() == 1;
        Learned learned = whole ? inOnePiece(loader) : inParts(loader);
        gradients.apply();
        if (config.clip() > 0) {
            GradientClipping.clipNorm(state.model().parameters(), config.clip());
        }
        state.optimizer().step(factor);
        state.average().ifPresent(average -> average.update(state.model(), state.step()));
        return learned;
    }

    /** The embeddings of the last batch of a step, those of all processes. */
    Tensor gathered(Learned learned) {
        return group.peers(Use.CONTROL).gather(learned.embeddings().contiguous());
    }

    private Learned inOnePiece(ViewLoader loader) {
        try (ViewBatch batch = next(loader)) {
            Tensor online = embed(state.model(), batch);
            MmcrLoss.Result objective = located(
                    batch.plan(),
                    () -> config.ema().target()
                            ? loss.compute(online, config.views(), target(batch).orElseThrow())
                            : loss.compute(online, config.views()));
            objective.loss().backward();
            return new Learned(objective.stats(), online.detach(), waited);
        }
    }

    private Learned inParts(ViewLoader loader) {
        PartedBatch whole =
                loss.parted(config.stepPictures(), config.views(), state.model().dimension(), peers);
        List<PartedBatch.Part> earlier = new ArrayList<>();
        for (int batch = 1; batch < config.accumulate(); batch++) {
            earlier.add(observe(whole, loader));
        }
        Learned learned = settle(whole, loader);
        state.model().recordStatistics(false);
        try {
            for (int i = 0; i < earlier.size(); i++) {
                if (i == earlier.size() - 1) {
                    gradients.beforeLastPass();
                }
                backward(whole, earlier.get(i), loader);
            }
        } finally {
            state.model().recordStatistics(true);
        }
        return learned;
    }

    private PartedBatch.Part observe(PartedBatch whole, ViewLoader loader) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard();
                ViewBatch batch = next(loader)) {
            Tensor online = embed(state.model(), batch);
            return located(batch.plan(), () -> whole.observe(online, target(batch)));
        }
    }

    /** In a scope of its own, so that the activations are gone before the earlier batches have theirs. */
    private Learned settle(PartedBatch whole, ViewLoader loader) {
        try (ReturningScope scope = new ReturningScope();
                ViewBatch batch = next(loader)) {
            Tensor online = embed(state.model(), batch);
            Optional<Tensor> slow = target(batch);
            PartedBatch.Part part = located(batch.plan(), () -> whole.observe(online, slow));
            MmcrStats stats = whole.settle();
            if (config.accumulate() == 1) {
                gradients.beforeLastPass();
            }
            whole.loss(part, online, slow).backward();
            return new Learned(stats, scope.keep(online.detach()), waited);
        }
    }

    private void backward(PartedBatch whole, PartedBatch.Part part, ViewLoader loader) {
        try (PointerScope scope = new PointerScope();
                ViewBatch batch = next(loader)) {
            whole.loss(part, embed(state.model(), batch), target(batch)).backward();
        }
    }

    private ViewBatch next(ViewLoader loader) {
        long began = System.nanoTime();
        ViewBatch batch = loader.next().orElseThrow(() -> new IllegalStateException("the loader ended early"));
        waited += (System.nanoTime() - began) * 1e-9;
        return batch;
    }

    /** Embeddings of the averaged weights, where they take part in the objective. */
    private Optional<Tensor> target(ViewBatch batch) {
        if (!config.ema().target()) {
            return Optional.empty();
        }
        try (NoGradGuard guard = new NoGradGuard()) {
            return Optional.of(embed(state.average().orElseThrow().model(), batch));
        }
    }

    private Tensor embed(EmbeddingModel model, ViewBatch batch) {
        try (Precision.Scope autocast = precision.autocast()) {
            return model.embed(batch.tensor());
        }
    }

    @Override
    public void close() {
        gradients.close();
    }

    private interface Evaluation<T> {
        T evaluate();
    }

    /** A bad embedding in the words of the run: step, picture, view. */
    private <T> T located(ViewBatchPlan plan, Evaluation<T> evaluation) {
        try {
            return evaluation.evaluate();
        } catch (NonFiniteEmbeddingException e) {
            int sample = plan.samples()[(int) (e.row() / plan.views())];
            throw new MmcrException(
                    "expected finite embeddings, found NaN or infinity at step " + (state.step() + 1) + " for view "
                            + e.row() % plan.views() + " of '" + data.name(sample)
                            + "'; the run's last checkpoint is intact:"
                            + " start again with a lower learning rate, a longer warm-up or gradient clipping",
                    e);
        }
    }
}
