package org.mmcr.train.run;

import org.apiguardian.api.API;

/**
 * The decay of a target network, a moving average of the trained one: it rises from {@code start} to 1 along half a
 * cosine, {@code 1 - (1 - start) (cos(pi p) + 1) / 2} (Grill et al. 2020, section 3.2).
 *
 * @param start decay per step at the start of training
 */
@API(status = API.Status.STABLE)
public record TargetDecay(double start) {
    /** The decay after a step at a progress p of 0..1. */
    public double at(double progress) {
        return 1 - (1 - start) * (Math.cos(Math.PI * progress) + 1) / 2;
    }
}
