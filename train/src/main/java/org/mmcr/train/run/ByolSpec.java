package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;
import org.mmcr.objective.MeasuredObjective;
import org.mmcr.objective.Objective;
import org.mmcr.objective.PredictionLoss;
import org.mmcr.train.encoder.ObjectiveNetwork;
import org.mmcr.train.encoder.ProjectorSpec;

/** Settings of BYOL: {@link PredictionLoss} with targets of a moving average of the network (Grill et al. 2020). */
@API(status = API.Status.STABLE)
public record ByolSpec(
        @JsonPropertyDescription("width of the predictor's hidden layer (published: 4096)")
        int hidden,

        @JsonPropertyDescription("decay per step of the target network at the start, 1 at the end (published: 0.996)")
        double decay)
        implements ObjectiveSpec {
    public ByolSpec {
        ConfigChecks.positive("objective hidden", hidden);
        ConfigChecks.require(decay >= 0 && decay <= 1, "objective decay", decay, "a number from 0 to 1");
    }

    /** The published settings for ImageNet. */
    public static ByolSpec standard() {
        return new ByolSpec(4096, 0.996);
    }

    @Override
    public Objective build() {
        return MeasuredObjective.ofTargets(new PredictionLoss(PredictionLoss.Form.BYOL));
    }

    @Override
    public Optional<ObjectiveNetwork> network(int dimension, long seed) {
        ProjectorSpec layers = new ProjectorSpec(List.of(hidden, dimension));
        return Optional.of(ObjectiveNetwork.predictor(layers, dimension, seed));
    }

    @Override
    public boolean predicts() {
        return true;
    }

    @Override
    public Optional<TargetDecay> target() {
        return Optional.of(new TargetDecay(decay));
    }
}
