package org.mmcr.train.optim;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.apiguardian.api.API;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.core.MmcrException;
import org.mmcr.train.encoder.Precision;

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

    /** Factor of the learning rate from each block of the network to the one below it; 1: the same rate in all. */
    @JsonPropertyDescription("factor of the learning rate from each block to the one below it; 1: the same rate in all")
    double layerDecay();

    /**
     * Returns an optimiser with fresh state.
     *
     * @param parameters live tensors by name; their memory layout must not change afterwards
     * @param rates factor of the learning rate of each parameter, such as
     *     {@link org.mmcr.train.encoder.Blocks#decayed} gives it for {@link #layerDecay}
     * @param precision number format of matrix products, which Muon has; parameters and state are always float32
     */
    Optimizer build(Map<String, Tensor> parameters, ToDoubleFunction<String> rates, Precision precision);

    /** Returns an optimiser with fresh state and products in float32. */
    default Optimizer build(Map<String, Tensor> parameters, ToDoubleFunction<String> rates) {
        return build(parameters, rates, Precision.FP32);
    }

    /**
     * Returns an optimiser with fresh state and the same learning rate for all parameters.
     *
     * @throws MmcrException if {@link #layerDecay} is not 1, because the layers are unknown here
     */
    default Optimizer build(Map<String, Tensor> parameters) {
        if (layerDecay() != 1) {
            throw new MmcrException("expected the rate of each parameter with a layerDecay of " + layerDecay()
                    + ", found none; give the model's blocks().decayed(layerDecay)");
        }
        return build(parameters, name -> 1);
    }
}
