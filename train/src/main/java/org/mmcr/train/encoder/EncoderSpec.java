package org.mmcr.train.encoder;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * Architecture of an encoder; together with a seed it determines every weight. In YAML and JSON the property
 * {@code type} selects the record, such as {@code resnet18}, {@code vit-tiny}, {@code convnext-tiny}, {@code fast},
 * {@code mlp} or {@code towers}.
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
            names = {
                "resnet18",
                "resnet34",
                "resnet50",
                "resnet101",
                "resnet152",
                "wide_resnet50_2",
                "wide_resnet101_2",
                "resnext50_32x4d",
                "resnext101_32x8d",
                "resnext101_64x4d"
            }),
    @JsonSubTypes.Type(
            value = VisionTransformerSpec.class,
            names = {"vit-tiny", "vit-small", "vit-base", "vit-large"}),
    @JsonSubTypes.Type(
            value = ConvNextSpec.class,
            names = {"convnext-tiny", "convnext-small", "convnext-base", "convnext-large"}),
    @JsonSubTypes.Type(value = SmallConvNetSpec.class, name = "fast"),
    @JsonSubTypes.Type(value = MlpSpec.class, name = "mlp"),
    @JsonSubTypes.Type(value = TowersSpec.class, name = "towers")
})
@API(status = API.Status.STABLE)
public sealed interface EncoderSpec
        permits ResNetSpec, VisionTransformerSpec, ConvNextSpec, SmallConvNetSpec, MlpSpec, TowersSpec {
    /** The standard settings of each type. */
    static List<EncoderSpec> standards() {
        List<EncoderSpec> all =
                new ArrayList<>(List.of(SmallConvNetSpec.standard(), MlpSpec.standard(), TowersSpec.standard()));
        Stream.of(ResNetSpec.Depth.values()).map(ResNetSpec::cifar).forEach(all::add);
        Stream.of(VisionTransformerSpec.Scale.values())
                .map(VisionTransformerSpec::small)
                .forEach(all::add);
        Stream.of(ConvNextSpec.Scale.values())
                .map(scale -> ConvNextSpec.of(scale, TensorNames.TIMM))
                .forEach(all::add);
        return List.copyOf(all);
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
