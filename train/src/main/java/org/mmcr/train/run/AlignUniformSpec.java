package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.apiguardian.api.API;
import org.mmcr.objective.AlignUniformLoss;
import org.mmcr.objective.MeasuredObjective;
import org.mmcr.objective.Objective;

/** Settings of {@link AlignUniformLoss}. */
@API(status = API.Status.STABLE)
public record AlignUniformSpec(
        @JsonPropertyDescription("weight of the uniformity beside the alignment (published: 1)")
        double uniformityWeight,

        @JsonPropertyDescription("factor of the squared distances in the potential (published: 2)")
        double t)
        implements ObjectiveSpec {
    public AlignUniformSpec {
        ConfigChecks.notNegative("objective uniformityWeight", uniformityWeight);
        ConfigChecks.positive("objective t", t);
    }

    /** The published settings. */
    public static AlignUniformSpec standard() {
        return new AlignUniformSpec(1, 2);
    }

    @Override
    public Objective build() {
        return new MeasuredObjective(new AlignUniformLoss(uniformityWeight, t));
    }
}
