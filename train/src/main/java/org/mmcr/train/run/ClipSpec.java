package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.Optional;
import org.apiguardian.api.API;
import org.mmcr.objective.ClipLoss;
import org.mmcr.objective.MeasuredObjective;
import org.mmcr.objective.Objective;
import org.mmcr.train.encoder.ObjectiveNetwork;

/** Settings of {@link ClipLoss}. */
@API(status = API.Status.STABLE)
public record ClipSpec(
        @JsonPropertyDescription("divisor of the cosines, at first if it is learned (published: 0.07)")
        double temperature,

        @JsonPropertyDescription("whether the temperature is learned, down to 0.01 (published: true)")
        boolean learned)
        implements ObjectiveSpec {
    /** Where the published code stops the learned divisor's reciprocal. */
    private static final double LARGEST_SCALE = 100;

    public ClipSpec {
        ConfigChecks.positive("objective temperature", temperature);
        ConfigChecks.require(
                !learned || temperature >= 1 / LARGEST_SCALE,
                "objective temperature",
                temperature,
                "0.01 or more, where a learned one ends,");
    }

    /** The published initial temperature, constant. */
    public static ClipSpec standard() {
        return new ClipSpec(0.07, false);
    }

    @Override
    public Objective build() {
        return new MeasuredObjective(learned ? ClipLoss.ofScaledRows() : new ClipLoss(temperature));
    }

    @Override
    public Optional<ObjectiveNetwork> network(int dimension, long seed) {
        return learned ? Optional.of(ObjectiveNetwork.scale(1 / temperature, LARGEST_SCALE)) : Optional.empty();
    }
}
