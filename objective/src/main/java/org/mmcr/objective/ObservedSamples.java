package org.mmcr.objective;

import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.core.MmcrException;

/** Count and shape checks of a batch in parts: which samples have been observed, and whether the batch is settled. */
final class ObservedSamples {
    private final long samples;
    private final int views;
    private final long dimensions;
    private final int processes;
    private long observed;
    private boolean settled;

    ObservedSamples(long samples, int views, long dimensions, int processes) {
        if (samples < 1 || samples % processes != 0) {
            throw new MmcrException("expected a batch that divides evenly over " + processes + " processes, found "
                    + samples + " samples; make it a multiple of " + processes);
        }
        this.samples = samples;
        this.views = views;
        this.dimensions = dimensions;
        this.processes = processes;
    }

    /** Samples of this process. */
    long own() {
        return samples / processes;
    }

    /** Checks the device and the shapes of a part. */
    EmbeddingShape shape(Tensor embeddings, Optional<Tensor> momentum) {
        if (!embeddings.is_cpu() || momentum.filter(other -> !other.is_cpu()).isPresent()) {
            throw new MmcrException(
                    "expected embeddings on the processor for a batch in parts, found others; pass embeddings.cpu()");
        }
        EmbeddingShape shape = EmbeddingShape.of(embeddings, views);
        momentum.ifPresent(shape::requireSame);
        if (shape.dimensions() != dimensions) {
            throw new MmcrException("expected embeddings of " + dimensions + " dimensions, found " + shape.dimensions()
                    + "; every part of a batch has the same");
        }
        return shape;
    }

    PartedBatch.Part add(EmbeddingShape shape) {
        PartedBatch.Part part = new PartedBatch.Part(observed, shape.samples());
        observed += part.count();
        if (settled || observed > own()) {
            throw new IllegalStateException("a batch of " + samples + " samples over " + processes
                    + " process(es) was given more: " + observed + " in one of them");
        }
        return part;
    }

    void settle() {
        if (settled || observed != own()) {
            throw new IllegalStateException("expected settle() once, after all " + own()
                    + " samples of this process were observed, found " + observed + " observed"
                    + (settled ? " and the batch settled already" : ""));
        }
        settled = true;
    }

    void requireSettled(PartedBatch.Part part, EmbeddingShape shape) {
        if (!settled || shape.samples() != part.count()) {
            throw new IllegalStateException("expected the " + part.count() + " samples of a settled batch, found "
                    + shape.samples() + (settled ? "" : " of one that is not settled"));
        }
    }
}
