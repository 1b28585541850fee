package org.mmcr.train.evaluate;

import org.apiguardian.api.API;
import org.bytedeco.pytorch.Tensor;

/** Receives features in the order of the source, block by block, so that they need not all be held. */
@FunctionalInterface
@API(status = API.Status.STABLE)
public interface FeatureSink {
    /**
     * Takes the next block.
     *
     * @param firstRow index in the source of the block's first sample
     * @param block float32 (rows, F), contiguous; valid only during the call
     */
    void accept(int firstRow, Tensor block);
}
