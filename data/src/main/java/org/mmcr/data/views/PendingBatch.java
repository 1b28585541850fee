package org.mmcr.data.views;

import java.util.Optional;

/** A batch whose samples are being augmented. Every method but the accessors is called under the loader's lock. */
final class PendingBatch {
    private final Optional<ViewBatchPlan> plan;
    private final BatchMemory memory;
    private int remaining;
    private Optional<Throwable> failure = Optional.empty();

    /** Creates a batch; one without a plan failed while it was planned. */
    PendingBatch(Optional<ViewBatchPlan> plan, BatchMemory memory) {
        this.plan = plan;
        this.memory = memory;
        remaining = plan.map(p -> p.samples().length).orElse(0);
    }

    ViewBatchPlan plan() {
        return plan.orElseThrow();
    }

    BatchMemory memory() {
        return memory;
    }

    /** Counts a sample whose views are written, or that was given up. */
    void finishOne() {
        remaining--;
    }

    /** Returns whether no thread writes to the batch any more. */
    boolean isDone() {
        return remaining == 0;
    }

    /** Records a failure; the first one counts. */
    void fail(Throwable thrown) {
        if (failure.isEmpty()) {
            failure = Optional.of(thrown);
        }
    }

    /** Throws the recorded failure, if there is one. */
    void throwFailure() {
        if (failure.isEmpty()) {
            return;
        }
        Throwable thrown = failure.get();
        if (thrown instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (thrown instanceof Error error) {
            throw error;
        }
        throw new IllegalStateException("a view loader thread failed: " + thrown, thrown);
    }
}
