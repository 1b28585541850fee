package org.mmcr.objective;

import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.core.MmcrException;
import org.mmcr.objective.linalg.ReturningScope;

/**
 * Base of the objectives that compare several views of each sample and leave their gradient to autograd.
 *
 * <p>A subclass states the loss of prepared rows (N, K, D), K at least 2. This class checks the batch, prepares the
 * rows, differentiates, and hands the gradient to the graph of the raw embeddings. So autograd sees finite numbers at a
 * known scale: a zero row gets a zero gradient, and rows of length 1e-20 or 1e20 the gradient that rows of length 1
 * have divided by that length.
 */
abstract class AutogradObjective implements Objective {
    /** How raw embeddings become the rows of {@link #terms}. */
    enum Preparation {
        /** Every row has length 1, in the type of the embeddings. */
        UNIT_ROWS,
        /** The raw embeddings in float64. */
        DOUBLE
    }

    /**
     * The loss of a batch.
     *
     * @param loss scalar in the graph of the rows
     * @param figures by name, in the order of {@link Objective#figures()}
     */
    record Terms(Tensor loss, Map<String, Double> figures) {
        /** The loss as a number. */
        double value() {
            return loss.item_double();
        }
    }

    /** A loss, its figures, and the gradient with respect to the embeddings, which is absent if it is not needed. */
    record Evaluation(double value, Map<String, Double> figures, Optional<Tensor> gradient) {}

    private final Preparation preparation;

    AutogradObjective(Preparation preparation) {
        this.preparation = preparation;
    }

    /** rows (N, K, D) as prepared, perhaps a leaf that requires a gradient. */
    abstract Terms terms(Tensor rows);

    @Override
    public final Result compute(Tensor raw, int views, Optional<Tensor> momentum) {
        EmbeddingShape shape = EmbeddingShape.of(raw, views);
        requireComparable(views, momentum);
        try (ReturningScope scope = new ReturningScope()) {
            Tensor z = raw.to(EmbeddingShape.computeType(raw));
            Evaluation evaluation = evaluate(z, shape, GradMode.is_enabled() && z.requires_grad());
            requireFinite(evaluation.value(), z);
            Tensor loss = evaluation
                    .gradient()
                    .map(gradient -> GivenGradient.scalar(z, gradient, evaluation.value()))
                    .orElseGet(() -> GivenGradient.constant(z, evaluation.value()));
            return new Result(scope.keep(loss), evaluation.value(), evaluation.figures());
        }
    }

    @Override
    public final PartedBatch parted(long samples, int views, long dimensions, Communicator communicator) {
        requireComparable(views, Optional.empty());
        return partedBatch(samples, views, dimensions, communicator);
    }

    PartedBatch partedBatch(long samples, int views, long dimensions, Communicator communicator) {
        return new GatheredBatch(this, samples, views, dimensions, communicator);
    }

    /** z: (N*K, D) float32 or float64, with or without a graph, which is not extended. */
    Evaluation evaluate(Tensor z, EmbeddingShape shape, boolean differentiate) {
        Tensor detached = z.detach();
        if (preparation == Preparation.DOUBLE) {
            NonFiniteEmbeddingException.check(detached, "embeddings", shape.views());
            return evaluate(detached.to(ScalarType.Double), shape, differentiate, Optional.empty(), z.scalar_type());
        }
        UnitRows unit;
        try (NoGradGuard guard = new NoGradGuard()) {
            unit = UnitRows.of(detached, "embeddings", shape.views());
        }
        return evaluate(unit.rows(), shape, differentiate, Optional.of(unit), z.scalar_type());
    }

    /** type: of the gradient. */
    private Evaluation evaluate(
            Tensor prepared, EmbeddingShape shape, boolean differentiate, Optional<UnitRows> unit, ScalarType type) {
        Tensor rows = prepared.detach().reshape(shape.samples(), shape.views(), shape.dimensions());
        if (!differentiate) {
            try (NoGradGuard guard = new NoGradGuard()) {
                Terms terms = terms(rows);
                return new Evaluation(terms.value(), terms.figures(), Optional.empty());
            }
        }
        try (AutoGradMode withGradient = new AutoGradMode(true)) {
            Tensor leaf = rows.contiguous().clone().set_requires_grad(true);
            Terms terms = terms(leaf);
            terms.loss().backward();
            Tensor upstream = leaf.grad().detach();
            Tensor gradient = unit.map(each -> each.backward(upstream, 1).gradient())
                    .orElseGet(() -> upstream.reshape(shape.rows(), shape.dimensions()));
            return new Evaluation(terms.value(), terms.figures(), Optional.of(gradient.to(type)));
        }
    }

    final void requireComparable(int views, Optional<Tensor> momentum) {
        if (views < 2) {
            throw new MmcrException("expected at least 2 views of each sample for the objective " + name()
                    + ", which compares them, found " + views + "; pass 2 or more");
        }
        if (momentum.isPresent()) {
            throw new MmcrException("expected no momentum embeddings for the objective " + name()
                    + ", which has no momentum variant, found some; leave them out (ema.target: false)");
        }
    }

    /** Throws if the loss does not fit the type of the embeddings, which only a huge scale causes. */
    final void requireFinite(double loss, Tensor embeddings) {
        boolean wide = embeddings.scalar_type().intern() == ScalarType.Double;
        if (!(Math.abs(loss) <= (wide ? Double.MAX_VALUE : Float.MAX_VALUE))) {
            throw new NonFiniteLossException(name(), loss);
        }
    }
}
