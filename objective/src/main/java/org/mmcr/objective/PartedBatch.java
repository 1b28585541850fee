package org.mmcr.objective;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apiguardian.api.API;
import org.bytedeco.pytorch.Tensor;

/**
 * A batch whose samples come in parts: the exact loss and gradient of an {@link Objective} on all of them together,
 * while the encoder holds one part at a time.
 *
 * <pre>
 * for each part:  part[i] = batch.observe(embeddings)        no graph is needed
 * settled = batch.settle()                                   processes exchange what they need of one another
 * for each part:  batch.loss(part[i], embeddings).backward() the same embeddings again, with a graph
 * </pre>
 *
 * <p>The losses of all parts sum to the loss of the batch. The gradients of all parts and processes are to be summed,
 * not averaged. Tensors belong to the {@code PointerScope} in which the batch was made. For use by one thread.
 */
@API(status = API.Status.STABLE)
public interface PartedBatch {
    /**
     * Some samples of this process, as {@link #observe} received them.
     *
     * @param first index of the first one among the samples of this process
     * @param count number of samples
     */
    record Part(long first, long count) {}

    /**
     * Loss and figures of the whole batch.
     *
     * @param loss the sum over the parts of all processes
     * @param figures by name, in the order of {@link Objective#figures()}; unmodifiable
     */
    record Settled(double loss, Map<String, Double> figures) {
        public Settled {
            figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
        }
    }

    /** Adds a part: embeddings (n*K, D) on the processor, raw, sample-major; no gradient flows. */
    default Part observe(Tensor embeddings) {
        return observe(embeddings, Optional.empty());
    }

    /**
     * Adds a part with the momentum embeddings of the same views.
     *
     * @param momentum (n*K, D) too
     * @throws NonFiniteEmbeddingException if an entry is NaN or infinite; the row is counted within the part
     * @throws IllegalStateException if there are more samples than the batch has
     */
    Part observe(Tensor embeddings, Optional<Tensor> momentum);

    /**
     * Exchanges what the processes need of one another, after the last part, and evaluates the whole batch.
     *
     * @throws IllegalStateException if not all samples have been observed, or the batch is settled already
     */
    Settled settle();

    /**
     * Returns the contribution of a part to the loss: a scalar whose gradient with respect to the embeddings is that
     * of the whole batch.
     *
     * @param part as {@link #observe} returned it for the same embeddings
     * @param embeddings (n*K, D), the same numbers, with a graph
     * @param momentum as observed
     * @throws IllegalStateException before the batch is settled, or when the part has another number of samples
     */
    Tensor loss(Part part, Tensor embeddings, Optional<Tensor> momentum);

    /** Returns the contribution of a part that was observed without momentum embeddings. */
    default Tensor loss(Part part, Tensor embeddings) {
        return loss(part, embeddings, Optional.empty());
    }
}
