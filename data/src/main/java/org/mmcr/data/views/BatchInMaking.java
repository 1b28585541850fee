package org.mmcr.data.views;

import java.util.Optional;

/** A batch that loader threads are filling. Every method is called under the loader's lock, the accessors excepted. */
final class BatchInMaking {
    private final Optional<ViewBatchPlan> plan;
    private final BatchMemory memory;
    private final int samples;
    private int claimed;
    private int finished;
    private Optional<Throwable> failure = Optional.empty();

    /** A batch to be made; without a plan, one that failed before it began. */
    BatchInMaking(Optional<ViewBatchPlan> plan, BatchMemory memory) {
        this.plan = plan;
        this.memory = memory;
        this.samples = plan.map(p -> p.samples().length).orElse(0);
    }

    ViewBatchPlan plan() {
        return plan.orElseThrow();
    }

    BatchMemory memory() {
        return memory;
    }

    boolean hasUnclaimed() {
        return claimed < samples;
    }

    int claim() {
        return claimed++;
    }

    void finishOne() {
        finished++;
    }

    /** Nobody works on it any more, whether it came to a good end or not. */
    boolean done() {
        return finished == samples && claimed == samples;
    }

    /** Records the first failure and withdraws the samples that nobody has begun. */
    void fail(Throwable thrown) {
        if (failure.isEmpty()) {
            failure = Optional.of(thrown);
        }
        finished += samples - claimed;
        claimed = samples;
    }

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
