package org.mmcr.data.views;

import org.bytedeco.pytorch.Tensor;

/**
 * The views of one step. The tensor and its memory belong to the loader: use them between {@link ViewLoader#next()} and
 * {@link #close()}, finish the backward pass first, and do not close the tensor itself.
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

    public ViewBatchPlan plan() {
        return plan;
    }

    /**
     * Float32, normalised: pictures (N*K, 3, S, S) with channels-last strides, vectors (N*K, columns). Row {@code n * K + k} is view {@code k} of sample
     * {@code plan().samples()[n]}.
     */
    public Tensor tensor() {
        if (closed) {
            throw new IllegalStateException("the batch of step " + plan.step()
                    + " was closed, and its memory may hold another step's views by now; use it before close()");
        }
        return memory.tensor();
    }

    /** Gives the memory back for another step; once is enough, twice does no harm. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            loader.recycle(memory);
        }
    }
}
