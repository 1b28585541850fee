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

/** Settings of SimSiam: {@link PredictionLoss} whose targets are the embeddings themselves (Chen and He 2021). */
@API(status = API.Status.STABLE)
public record SimSiamSpec(
        @JsonPropertyDescription("width of the predictor's hidden layer (published: 512 for 2048 dimensions)")
        int hidden)
        implements ObjectiveSpec {
    public SimSiamSpec {
        ConfigChecks.positive("objective hidden", hidden);
    }

    /** The published settings. */
    public static SimSiamSpec standard() {
        return new SimSiamSpec(512);
    }

    @Override
    public Objective build() {
        return MeasuredObjective.ofTargets(new PredictionLoss(PredictionLoss.Form.SIMSIAM));
    }

    @Override
    public Optional<ObjectiveNetwork> network(int dimension, long seed) {
        ProjectorSpec layers = new ProjectorSpec(List.of(hidden, dimension), true, false);
        return Optional.of(ObjectiveNetwork.predictor(layers, dimension, seed));
    }

    @Override
    public boolean predicts() {
        return true;
    }
}
