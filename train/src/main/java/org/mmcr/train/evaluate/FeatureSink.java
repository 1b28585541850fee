package org.mmcr.train.evaluate;

import org.apiguardian.api.API;
import org.bytedeco.pytorch.Tensor;

/** A consumer of features in the order of the source, block by block. */
@FunctionalInterface
@API(status = API.Status.STABLE)
public interface FeatureSink {
    /**
     * Accepts the next block.
     *
     * @param firstRow index in the source of the block's first sample
     * @param block float32 (rows, F), contiguous; valid only during the call
     */
    void accept(int firstRow, Tensor block);
}
