package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.apiguardian.api.API;
import org.mmcr.objective.MmcrLoss;
import org.mmcr.objective.Objective;

/** Settings of {@link MmcrLoss}. */
@API(status = API.Status.STABLE)
public record MmcrSpec(
        @JsonPropertyDescription("weight of the mean nuclear norm of each sample's views (published runs use 0)")
        double localWeight)
        implements ObjectiveSpec {
    public MmcrSpec {
        ConfigChecks.notNegative("objective localWeight", localWeight);
    }

    /** The published settings. */
    public static MmcrSpec standard() {
        return new MmcrSpec(0);
    }

    @Override
    public Objective build() {
        return new MmcrLoss(localWeight);
    }
}
