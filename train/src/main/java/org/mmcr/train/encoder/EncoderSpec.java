package org.mmcr.train.encoder;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import org.apiguardian.api.API;

/**
 * Architecture of an encoder; together with a seed it determines every weight. In YAML and JSON the property
 * {@code type} selects the record: {@code resnet18}, {@code resnet34}, {@code resnet50}, {@code fast} or {@code mlp}.
 * A configuration that selects another type starts from the type's {@link #standards() standard settings}.
 */
@JsonTypeInfo(
        use = JsonTypeInfo.Id.NAME,
        include = JsonTypeInfo.As.EXISTING_PROPERTY,
        property = "type",
        visible = true)
@JsonSubTypes({
    @JsonSubTypes.Type(
            value = ResNetSpec.class,
            names = {"resnet18", "resnet34", "resnet50"}),
    @JsonSubTypes.Type(value = SmallConvNetSpec.class, name = "fast"),
    @JsonSubTypes.Type(value = MlpSpec.class, name = "mlp")
})
@API(status = API.Status.STABLE)
public sealed interface EncoderSpec permits ResNetSpec, SmallConvNetSpec, MlpSpec {
    /** The standard settings of each type. */
    static List<EncoderSpec> standards() {
        return List.of(
                ResNetSpec.cifar(ResNetSpec.Depth.RESNET18),
                ResNetSpec.cifar(ResNetSpec.Depth.RESNET34),
                ResNetSpec.cifar(ResNetSpec.Depth.RESNET50),
                SmallConvNetSpec.standard(),
                MlpSpec.standard());
    }

    /**
     * Returns a new encoder in training mode. Its weights are a function of (spec, seed) alone; libtorch's global
     * generator is neither read nor advanced.
     */
    Encoder build(long seed);

    /** Outputs of the first layer: channels, or features of an MLP. */
    @JsonPropertyDescription("channels of the encoder's first layer; the other layers scale with it")
    int width();

    /** The same architecture with another first-layer width; the other layers keep their proportions to it. */
    EncoderSpec withWidth(int width);
}
