package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.apiguardian.api.API;
import org.mmcr.objective.BarlowTwinsLoss;
import org.mmcr.objective.MeasuredObjective;
import org.mmcr.objective.Objective;

/** Settings of {@link BarlowTwinsLoss}. */
@API(status = API.Status.STABLE)
public record BarlowSpec(
        @JsonPropertyDescription("weight of the correlations of different features (published: 0.005)")
        double weight) implements ObjectiveSpec {
    public BarlowSpec {
        ConfigChecks.notNegative("objective weight", weight);
    }

    /** The published settings. */
    public static BarlowSpec standard() {
        return new BarlowSpec(0.005);
    }

    @Override
    public Objective build() {
        return new MeasuredObjective(new BarlowTwinsLoss(weight));
    }
}
