package org.mmcr.train.optim;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.bytedeco.pytorch.Tensor;

/**
 * Type and settings of an optimiser. In YAML and JSON the property {@code type} selects the record. A configuration
 * that selects another type starts from the type's {@link #standards() standard settings}.
 */
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
    /** The standard settings of each type. */
    static List<OptimizerSpec> standards() {
        return List.of(
                AdamSpec.standard(),
                AdamWSpec.standard(),
                SgdSpec.standard(),
                LarsSpec.standard(),
                MuonSpec.standard());
    }

    /** Base learning rate of the main parameter group; the schedule multiplies it by a factor. */
    @JsonPropertyDescription("base learning rate, which the schedule multiplies by a factor")
    double learningRate();

    /**
     * Returns an optimiser with fresh state.
     *
     * @param parameters live tensors by name; their memory layout must not change afterwards
     */
    Optimizer build(Map<String, Tensor> parameters);
}
