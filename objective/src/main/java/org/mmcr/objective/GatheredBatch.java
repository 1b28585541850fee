package org.mmcr.objective;

import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.objective.linalg.ReturningScope;

/**
 * A batch in parts for any objective: it keeps the embeddings of all parts, gathers those of all processes, and
 * evaluates the objective on them.
 *
 * <p>The gradient of the loss with respect to the gathered embeddings is computed once, in {@link #settle()}; the loss
 * of a part then has its rows of that gradient. So the result is exact whatever the objective. The cost, with P
 * processes: N*K*D/P numbers kept between the passes, N*K*D received by every process (twice that with momentum
 * embeddings), and the objective evaluated on the whole batch by every process.
 */
final class GatheredBatch implements PartedBatch {
    private final Objective objective;
    private final int views;
    private final long dimensions;
    private final Communicator communicator;
    private final ObservedSamples observed;
    private final Optional<PointerScope> scope = Optional.ofNullable(PointerScope.getInnerScope());
    /** Embeddings of this process; once settled, the gradient with respect to them. */
    private Optional<Tensor> own = Optional.empty();

    private Optional<Tensor> ownMomentum = Optional.empty();
    private double meanLoss;

    GatheredBatch(Objective objective, long samples, int views, long dimensions, Communicator communicator) {
        this.objective = objective;
        this.views = views;
        this.dimensions = dimensions;
        this.communicator = communicator;
        observed = new ObservedSamples(samples, views, dimensions, communicator.size());
    }

    @Override
    public Part observe(Tensor embeddings, Optional<Tensor> momentum) {
        EmbeddingShape shape = observed.shape(embeddings, momentum);
        Part part = observed.add(shape);
        try (ReturningScope temporary = new ReturningScope(scope);
                NoGradGuard guard = new NoGradGuard()) {
            NonFiniteEmbeddingException.check(embeddings, "embeddings", views);
            own = Optional.of(own.orElseGet(() -> temporary.keep(empty(embeddings))));
            rows(own.orElseThrow(), part).copy_(embeddings);
            if (momentum.isPresent()) {
                NonFiniteEmbeddingException.check(momentum.get(), "momentum embeddings", views);
                ownMomentum = Optional.of(ownMomentum.orElseGet(() -> temporary.keep(empty(momentum.get()))));
                rows(ownMomentum.orElseThrow(), part).copy_(momentum.get());
            }
        }
        return part;
    }

    private Tensor empty(Tensor like) {
        return torch.empty(
                new long[] {observed.own() * views, dimensions},
                new TensorOptions(like.scalar_type()).device(new DeviceOptional(like.device())),
                new MemoryFormatOptional());
    }

    @Override
    public Settled settle() {
        observed.settle();
        try (PointerScope temporary = new PointerScope();
                AutoGradMode withGradient = new AutoGradMode(true)) {
            Tensor embeddings = own.orElseThrow();
            Tensor all = communicator.gather(embeddings).detach().clone().set_requires_grad(true);
            Optional<Tensor> momentum = ownMomentum.map(communicator::gather);
            Objective.Result result = objective.compute(all, views, momentum);
            result.loss().backward();
            long rows = embeddings.size(0);
            embeddings.copy_(all.grad().narrow(0, rows * communicator.rank(), rows));
            meanLoss = result.value() / (observed.own() * communicator.size());
            return new Settled(result.value(), result.figures());
        }
    }

    @Override
    public Tensor loss(Part part, Tensor embeddings, Optional<Tensor> momentum) {
        observed.requireSettled(part, observed.shape(embeddings, momentum));
        try (ReturningScope temporary = new ReturningScope()) {
            Tensor gradient = rows(own.orElseThrow(), part);
            return temporary.keep(GivenGradient.scalar(embeddings, gradient, meanLoss * part.count()));
        }
    }

    private Tensor rows(Tensor tensor, Part part) {
        return tensor.narrow(0, part.first() * views, part.count() * views);
    }
}
