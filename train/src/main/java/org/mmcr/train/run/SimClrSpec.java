package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.apiguardian.api.API;
import org.mmcr.objective.MeasuredObjective;
import org.mmcr.objective.Objective;
import org.mmcr.objective.SimClrLoss;

/** Settings of {@link SimClrLoss}. */
@API(status = API.Status.STABLE)
public record SimClrSpec(
        @JsonPropertyDescription("divisor of the cosines (published: 0.5 on CIFAR-10, 0.1 on ImageNet)")
        double temperature)
        implements ObjectiveSpec {
    public SimClrSpec {
        ConfigChecks.positive("objective temperature", temperature);
    }

    /** The published settings for CIFAR-10. */
    public static SimClrSpec standard() {
        return new SimClrSpec(0.5);
    }

    @Override
    public Objective build() {
        return new MeasuredObjective(new SimClrLoss(temperature));
    }
}
