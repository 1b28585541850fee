package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.apiguardian.api.API;
import org.mmcr.objective.MeasuredObjective;
import org.mmcr.objective.Objective;
import org.mmcr.objective.VicRegLoss;

/** Settings of {@link VicRegLoss}. */
@API(status = API.Status.STABLE)
public record VicRegSpec(
        @JsonPropertyDescription("weight of the difference of two views (published: 25)")
        double invarianceWeight,

        @JsonPropertyDescription("weight of the standard deviations below 1 (published: 25)")
        double varianceWeight,

        @JsonPropertyDescription("weight of the covariances of different features (published: 1)")
        double covarianceWeight)
        implements ObjectiveSpec {
    public VicRegSpec {
        ConfigChecks.notNegative("objective invarianceWeight", invarianceWeight);
        ConfigChecks.notNegative("objective varianceWeight", varianceWeight);
        ConfigChecks.notNegative("objective covarianceWeight", covarianceWeight);
    }

    /** The published settings. */
    public static VicRegSpec standard() {
        return new VicRegSpec(25, 25, 1);
    }

    @Override
    public Objective build() {
        return new MeasuredObjective(new VicRegLoss(invarianceWeight, varianceWeight, covarianceWeight));
    }
}
