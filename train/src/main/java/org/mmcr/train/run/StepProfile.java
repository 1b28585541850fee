package org.mmcr.train.run;

import java.util.List;
import org.apiguardian.api.API;

/**
 * The seconds of a mean training step by phase, and of its backward pass by block of the network. Steps that warm up
 * are left out, and so is what happens between steps: measurements, checkpoints.
 *
 * @param steps steps that were measured
 * @param seconds of a step; the phases add up to it
 * @param views waiting for augmented views
 * @param forward forward passes, those of averaged weights included
 * @param objective loss and its gradient with respect to the embeddings
 * @param backward backward passes
 * @param gradients sum over processes, norm and clipping
 * @param optimizer update of the weights
 * @param average moving average of the weights
 * @param other epoch figures and what is not listed
 * @param blocks the backward pass by block, in the order of the layers
 */
@API(status = API.Status.STABLE)
public record StepProfile(
        long steps,
        double seconds,
        double views,
        double forward,
        double objective,
        double backward,
        double gradients,
        double optimizer,
        double average,
        double other,
        List<Block> blocks) {

    public StepProfile {
        blocks = List.copyOf(blocks);
    }

    /**
     * The backward pass of a block: from the moment at which the gradients of the blocks behind it are there to the one
     * at which its own are.
     *
     * @param name see {@link org.mmcr.train.encoder.Blocks}
     * @param parameters trained numbers in it
     * @param seconds in a mean step
     */
    @API(status = API.Status.STABLE)
    public record Block(String name, long parameters, double seconds) {}
}
