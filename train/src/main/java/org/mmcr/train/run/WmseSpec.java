package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.apiguardian.api.API;
import org.mmcr.objective.MeasuredObjective;
import org.mmcr.objective.Objective;
import org.mmcr.objective.WmseLoss;

/** Settings of {@link WmseLoss}. */
@API(status = API.Status.STABLE)
public record WmseSpec(
        @JsonPropertyDescription(
                "added to the covariance's diagonal, times the mean squared embedding (the published code adds"
                        + " nothing)")
        double ridge)
        implements ObjectiveSpec {
    public WmseSpec {
        ConfigChecks.require(ridge > 0 && ridge < 1, "objective ridge", ridge, "a number above 0 and below 1");
    }

    /** A ridge that only degenerate batches feel. */
    public static WmseSpec standard() {
        return new WmseSpec(1e-6);
    }

    @Override
    public Objective build() {
        return new MeasuredObjective(new WmseLoss(ridge));
    }
}
