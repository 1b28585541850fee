package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.apiguardian.api.API;
import org.mmcr.objective.LeJepaLoss;
import org.mmcr.objective.MeasuredObjective;
import org.mmcr.objective.Objective;

/** Settings of {@link LeJepaLoss}. */
@API(status = API.Status.STABLE)
public record LeJepaSpec(
        @JsonPropertyDescription("weight of the normality term, 0 to 1 (the authors' minimal example: 0.02)")
        double weight,

        @JsonPropertyDescription("random directions of a step (the authors' minimal example: 256)")
        int directions)
        implements ObjectiveSpec {
    public LeJepaSpec {
        ConfigChecks.fraction("objective weight", weight);
        ConfigChecks.positive("objective directions", directions);
    }

    /** The settings of the authors' minimal example. */
    public static LeJepaSpec standard() {
        return new LeJepaSpec(0.02, 256);
    }

    @Override
    public Objective build() {
        return new MeasuredObjective(new LeJepaLoss(weight, directions));
    }
}
