package org.mmcr.train.optim;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.apiguardian.api.API;

/** Which optimiser, with which settings. In YAML and JSON the property {@code type} chooses the record; properties left out take the documented defaults. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = AdamSpec.class, name = "adam"),
    @JsonSubTypes.Type(value = AdamWSpec.class, name = "adamw"),
    @JsonSubTypes.Type(value = SgdSpec.class, name = "sgd"),
    @JsonSubTypes.Type(value = LarsSpec.class, name = "lars"),
    @JsonSubTypes.Type(value = MuonSpec.class, name = "muon")
})
@API(status = API.Status.STABLE)
public sealed interface OptimizerSpec permits AdamSpec, AdamWSpec, SgdSpec, LarsSpec, MuonSpec {
    /** Base learning rate of the main group; the schedule's factor multiplies it. */
    double learningRate();
}
