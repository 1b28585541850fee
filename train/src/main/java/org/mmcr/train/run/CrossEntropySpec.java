package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;
import org.mmcr.objective.Objective;

/**
 * Settings of cross-entropy with labels, the objective of a fine-tuned run. Pretraining has no labels, so only
 * {@link Trainer#supervised} trains with it.
 */
@API(status = API.Status.STABLE)
public record CrossEntropySpec(
        @JsonPropertyDescription("probability that the target spreads evenly over all classes")
        double labelSmoothing) implements ObjectiveSpec {
    public CrossEntropySpec {
        ConfigChecks.require(
                labelSmoothing >= 0 && labelSmoothing < 1,
                "objective labelSmoothing",
                labelSmoothing,
                "a number from 0 to below 1");
    }

    /** No smoothing. */
    public static CrossEntropySpec standard() {
        return new CrossEntropySpec(0);
    }

    /**
     * Never returns an objective.
     *
     * @throws MmcrException always
     */
    @Override
    public Objective build() {
        throw new MmcrException(
                "expected an objective that needs no labels, found cross-entropy; 'mmcr finetune' trains"
                        + " with labels, and its command continues a fine-tuning");
    }
}
