package org.mmcr.data.views;

import org.bytedeco.pytorch.Tensor;

/**
 * The views of one step. The loader owns the tensor and its memory: use it between {@link ViewLoader#next()} and
 * {@link #close()}, close the batch after the backward pass, and do not close the tensor.
 */
public final class ViewBatch implements AutoCloseable {
    private final ViewBatchPlan plan;
    private final BatchMemory memory;
    private final ViewLoader loader;
    private boolean closed;

    ViewBatch(ViewBatchPlan plan, BatchMemory memory, ViewLoader loader) {
        this.plan = plan;
        this.memory = memory;
        this.loader = loader;
    }

    /** Returns the plan of the batch. */
    public ViewBatchPlan plan() {
        return plan;
    }

    /**
     * Returns the normalised views, float32: pictures (N*K, 3, S, S) with channels-last strides, vectors (N*K,
     * columns). Row {@code n * K + k} is view {@code k} of sample {@code plan().samples()[n]}.
     *
     * @throws IllegalStateException if the batch is closed
     */
    public Tensor tensor() {
        if (closed) {
            throw new IllegalStateException("the batch of step " + plan.step()
                    + " is closed, and its memory may hold another step's views; use it before close()");
        }
        return memory.tensor();
    }

    /** Returns the memory to the loader; a second call does nothing. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            loader.recycle(memory);
        }
    }
}
