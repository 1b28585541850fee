package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;

/** An exponential moving average of the weights, for evaluation, as the momentum target of the loss, or both. */
@API(status = API.Status.STABLE)
public record EmaOptions(
        @JsonPropertyDescription(
                "decay per step of an exponential moving average of the weights, lower over the first steps; 0: none")
        double decay,

        @JsonPropertyDescription("whether the averaged weights are evaluated and exported")
        boolean evaluate,

        @JsonPropertyDescription(
                "whether embeddings of the averaged weights are averaged into each centroid (Yerxa et al. 2023)")
        boolean target) {

    public EmaOptions {
        ConfigChecks.require(decay >= 0 && decay < 1, "ema decay", decay, "a number from 0 to below 1");
        if (target && decay == 0) {
            throw new MmcrException(
                    "expected a decay for the momentum target, found ema decay 0; set one (published 0.99)");
        }
    }

    /** Whether there is an average. */
    public boolean enabled() {
        return decay > 0;
    }

    /** The decay of one zero-based step, min(decay, (1 + step) / (10 + step)): early weights are soon forgotten. */
    public double decayAt(long step) {
        return Math.min(decay, (1.0 + step) / (10.0 + step));
    }
}
