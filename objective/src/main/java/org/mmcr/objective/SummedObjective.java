package org.mmcr.objective;

import java.util.Locale;
import java.util.Optional;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Base of the objectives that see a batch only through sums over its samples, such as means and second moments.
 *
 * <p>The loss is a function of the sums, so its gradient with respect to an embedding is the gradient of the sums times
 * that of the loss with respect to the sums. Parts and processes therefore exchange the sums alone ({@link
 * SummedBatch}), where these are fewer numbers than the embeddings. Everything is computed in float64.
 */
abstract class SummedObjective extends AutogradObjective {
    SummedObjective() {
        super(Preparation.DOUBLE);
    }

    /** Number of the sums for K views and D dimensions. */
    abstract long count(int views, long dimensions);

    /** rows (n, K, D) float64 -> (count) float64: their contribution to the sums, in the graph of the rows. */
    abstract Tensor sums(Tensor rows);

    /** sums (count) over all samples of the shape -> the loss in the graph of the sums. */
    abstract Terms terms(Tensor sums, EmbeddingShape shape);

    @Override
    final Terms terms(Tensor rows) {
        return terms(sums(rows), new EmbeddingShape(rows.size(0), Math.toIntExact(rows.size(1)), rows.size(2)));
    }

    /**
     * Returns the gradient with respect to rows (n, K, D) float64, in their shape.
     *
     * @param upstream (count) gradient of the loss with respect to the sums
     */
    Tensor gradient(Tensor rows, Tensor upstream) {
        try (AutoGradMode withGradient = new AutoGradMode(true)) {
            Tensor leaf = rows.detach().clone().set_requires_grad(true);
            sums(leaf).dot(upstream).backward();
            return leaf.grad().detach();
        }
    }

    @Override
    final Evaluation evaluate(Tensor z, EmbeddingShape shape, boolean differentiate) {
        NonFiniteEmbeddingException.check(z.detach(), "embeddings", shape.views());
        Tensor rows = rows(z, shape);
        Settled settled;
        try (NoGradGuard guard = new NoGradGuard()) {
            settled = settle(sums(rows), shape);
        }
        Optional<Tensor> gradient = differentiate
                ? Optional.of(gradient(rows, settled.upstream())
                        .reshape(shape.rows(), shape.dimensions())
                        .to(z.scalar_type()))
                : Optional.empty();
        return new Evaluation(settled.terms().value(), settled.terms().figures(), gradient);
    }

    /** The loss of a whole batch, and its gradient with respect to the sums. */
    record Settled(Terms terms, Tensor upstream) {}

    final Settled settle(Tensor sums, EmbeddingShape shape) {
        try (AutoGradMode withGradient = new AutoGradMode(true)) {
            Tensor leaf = sums.detach().clone().set_requires_grad(true);
            Terms terms = terms(leaf, shape);
            terms.loss().backward();
            return new Settled(terms, leaf.grad().detach());
        }
    }

    /** z (n*K, D) of any type -> (n, K, D) float64 without a graph. */
    static Tensor rows(Tensor z, EmbeddingShape shape) {
        return z.detach().to(ScalarType.Double).reshape(shape.samples(), shape.views(), shape.dimensions());
    }

    @Override
    final PartedBatch partedBatch(long samples, int views, long dimensions, Communicator communicator) {
        return sumsAreFewer(samples, views, dimensions)
                ? new SummedBatch(this, samples, views, dimensions, communicator)
                : super.partedBatch(samples, views, dimensions, communicator);
    }

    @Override
    public final String exchange(long samples, int views, long dimensions) {
        return sumsAreFewer(samples, views, dimensions)
                ? String.format(Locale.ROOT, "sum %d numbers of %s", count(views, dimensions), contents())
                : super.exchange(samples, views, dimensions) + ", fewer than " + contents();
    }

    /** Describes the sums in a plural noun phrase. */
    abstract String contents();

    private boolean sumsAreFewer(long samples, int views, long dimensions) {
        return count(views, dimensions) < samples * views * dimensions;
    }
}
