package org.mmcr.train.optim;

import java.util.Map;
import org.apiguardian.api.API;
import org.bytedeco.pytorch.Tensor;

/** Updates parameters by their gradients. Parameters without a gradient are not changed. Not thread-safe. */
@API(status = API.Status.STABLE)
public interface Optimizer {
    /**
     * Performs one update. The gradients are read from the parameters and not modified.
     *
     * @param learningRateFactor multiplies every group's base rate; 0 to 1 in a usual schedule
     */
    void step(double learningRateFactor);

    /** Removes every gradient and frees its memory. */
    void zeroGrad();

    /** Live state by name, which a checkpoint must contain to resume bit for bit. */
    Map<String, Tensor> state();

    /**
     * Copies saved state.
     *
     * @throws org.mmcr.core.MmcrException if tensors are missing, unexpected or of another shape; then nothing has
     *     been changed
     */
    void loadState(Map<String, Tensor> saved);
}
