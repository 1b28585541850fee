package org.mmcr.objective;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apiguardian.api.API;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.core.MmcrException;

/**
 * A self-supervised objective: the raw embeddings of K views of N samples in, a scalar loss with its gradient and
 * named figures out.
 *
 * <p>Embeddings are (N*K, D), sample-major: row n*K+k is view k of sample n. Implementations are immutable and safe to
 * share between threads.
 */
@API(status = API.Status.STABLE)
public interface Objective {
    /** The name that selects the objective in a recipe ({@code objective.type}), for instance {@code mmcr}. */
    String name();

    /** Descriptions of the figures, in the order in which a {@link Result} has them. */
    List<ObjectiveFigure> figures();

    /**
     * Returns the objective for a training step. An objective that draws random numbers draws them as a function of the
     * step; every other one is the same at every step.
     *
     * @param step number of steps done before, 0 for the first
     */
    default Objective at(long step) {
        return this;
    }

    /**
     * Returns the objective of batches in which views are missing, such as modalities that a sample does not have. A
     * row of zeros stands for a missing view, and the loss is that of the views that are there. Without such rows, it
     * is this objective.
     *
     * @throws MmcrException if the objective needs every view
     */
    default Objective withMissingViews() {
        throw new MmcrException("expected the objective mmcr or clip for samples with missing modalities, found "
                + name() + ", which needs all of them; choose another objective, or leave these samples out");
    }

    /**
     * Evaluates the objective on one batch. Call it outside autocast, which would compute its products in lower
     * precision.
     *
     * @param embeddings (N*K, D) raw embeddings, any scale, not modified
     * @param views K, at least 1
     * @param momentum (N*K, D) embeddings of the same views by a momentum encoder; no gradient flows into them
     * @throws NonFiniteEmbeddingException if an entry is NaN or infinite
     * @throws NonFiniteLossException if the loss of finite embeddings overflows
     * @throws MmcrException if the shapes or types do not fit, or the objective has no momentum variant
     */
    Result compute(Tensor embeddings, int views, Optional<Tensor> momentum);

    /**
     * Evaluates the objective on one batch without momentum embeddings.
     *
     * @see #compute(Tensor, int, Optional)
     */
    default Result compute(Tensor embeddings, int views) {
        return compute(embeddings, views, Optional.empty());
    }

    /**
     * Starts a batch whose samples come in parts, one after the other, in several processes, or both. Loss and
     * gradient are those of the whole batch.
     *
     * <p>This implementation is exact for every objective: it keeps and gathers all N*K*D embeddings, and every
     * process evaluates the whole batch. An objective that can do with less overrides it, and {@link #exchange} with
     * it.
     *
     * @param samples N of the whole batch, over all parts and processes, a multiple of the number of processes
     * @param views K
     * @param dimensions D
     * @param communicator the processes that share the batch, or {@link Communicator#NONE}
     */
    default PartedBatch parted(long samples, int views, long dimensions, Communicator communicator) {
        return new GatheredBatch(this, samples, views, dimensions, communicator);
    }

    /** Describes what the processes exchange for a batch of this size, as a clause that starts with a verb. */
    default String exchange(long samples, int views, long dimensions) {
        return "gather all " + samples * views + " x " + dimensions + " embeddings (" + samples * views * dimensions
                + " numbers)";
    }

    /** Values to compare the figures with, for a batch of this size. */
    default List<FigureReference> references(long samples, long dimensions) {
        return List.of();
    }

    /** Reasons to choose another number of samples or dimensions. */
    default List<Diagnostic> cautions(long samples, long dimensions) {
        return List.of();
    }

    /**
     * The outcome of one evaluation.
     *
     * @param loss scalar in the type of the computation; {@code loss.backward()} reaches the embeddings when they take
     *     part in a graph. It belongs to the caller's {@code PointerScope}
     * @param value the loss as a number, in float64 where the objective computes it so
     * @param figures by name, in the order of {@link Objective#figures()}; unmodifiable
     */
    record Result(Tensor loss, double value, Map<String, Double> figures) {
        public Result {
            figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
        }
    }
}
