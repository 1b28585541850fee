package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.apiguardian.api.API;
import org.mmcr.objective.ClipLoss;
import org.mmcr.objective.MeasuredObjective;
import org.mmcr.objective.Objective;

/** Settings of {@link ClipLoss}. */
@API(status = API.Status.STABLE)
public record ClipSpec(
        @JsonPropertyDescription("divisor of the cosines (CLIP starts at 0.07 and learns it; here it is constant)")
        double temperature)
        implements ObjectiveSpec {
    public ClipSpec {
        ConfigChecks.positive("objective temperature", temperature);
    }

    /** The published initial temperature. */
    public static ClipSpec standard() {
        return new ClipSpec(0.07);
    }

    @Override
    public Objective build() {
        return new MeasuredObjective(new ClipLoss(temperature));
    }
}
