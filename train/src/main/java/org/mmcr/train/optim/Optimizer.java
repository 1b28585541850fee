package org.mmcr.train.optim;

import java.util.Map;
import org.apiguardian.api.API;
import org.bytedeco.pytorch.Tensor;

/** Moves parameters along their gradients. Not thread-safe. A parameter without a gradient is left as it is. */
@API(status = API.Status.STABLE)
public interface Optimizer {
    /**
     * One update from the gradients now on the parameters; they are left in place.
     *
     * @param learningRateFactor multiplies every group's base rate; 0 to 1 in a usual schedule
     */
    void step(double learningRateFactor);

    /** Drops every gradient and frees its memory. */
    void zeroGrad();

    /** Live state by name: what a checkpoint must hold to go on bit for bit. */
    Map<String, Tensor> state();

    /**
     * Takes over saved state.
     *
     * @throws org.mmcr.core.MmcrException that lists missing, unexpected and mis-shaped tensors; then nothing has been changed
     */
    void loadState(Map<String, Tensor> saved);
}
