package org.mmcr.objective;

import java.util.Optional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.objective.linalg.ReturningScope;

/**
 * A batch in parts for a {@link SummedObjective}: it keeps and exchanges the sums alone. Once settled, the gradient
 * with respect to the sums gives each part its gradient.
 */
final class SummedBatch implements PartedBatch {
    private final SummedObjective objective;
    private final EmbeddingShape whole;
    private final Communicator communicator;
    private final ObservedSamples observed;
    /** The sums of this process; once settled, the gradient of the loss with respect to those of all processes. */
    private final Tensor sums;

    private double meanLoss;

    SummedBatch(SummedObjective objective, long samples, int views, long dimensions, Communicator communicator) {
        this.objective = objective;
        whole = new EmbeddingShape(samples, views, dimensions);
        this.communicator = communicator;
        observed = new ObservedSamples(samples, views, dimensions, communicator.size());
        sums = torch.zeros(new long[] {objective.count(views, dimensions)}, new TensorOptions(ScalarType.Double));
    }

    @Override
    public Part observe(Tensor embeddings, Optional<Tensor> momentum) {
        EmbeddingShape shape = observed.shape(embeddings, momentum);
        objective.requireComparable(whole.views(), momentum);
        Part part = observed.add(shape);
        try (ReturningScope scope = new ReturningScope();
                NoGradGuard guard = new NoGradGuard()) {
            NonFiniteEmbeddingException.check(embeddings, "embeddings", whole.views());
            sums.add_(objective.sums(SummedObjective.rows(embeddings, shape)));
        }
        return part;
    }

    @Override
    public Settled settle() {
        observed.settle();
        communicator.sum(sums);
        try (ReturningScope scope = new ReturningScope()) {
            SummedObjective.Settled settled = objective.settle(sums, whole);
            double loss = settled.terms().value();
            objective.requireFinite(loss, sums);
            sums.copy_(settled.upstream());
            meanLoss = loss / whole.samples();
            return new Settled(loss, settled.terms().figures());
        }
    }

    @Override
    public Tensor loss(Part part, Tensor embeddings, Optional<Tensor> momentum) {
        EmbeddingShape shape = observed.shape(embeddings, momentum);
        observed.requireSettled(part, shape);
        objective.requireFinite(meanLoss * part.count(), embeddings);
        try (ReturningScope scope = new ReturningScope()) {
            Tensor gradient = objective
                    .gradient(SummedObjective.rows(embeddings, shape), sums)
                    .reshape(shape.rows(), shape.dimensions())
                    .to(embeddings.scalar_type());
            return scope.keep(GivenGradient.scalar(embeddings, gradient, meanLoss * part.count()));
        }
    }
}
