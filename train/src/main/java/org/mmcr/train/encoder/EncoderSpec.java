package org.mmcr.train.encoder;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.apiguardian.api.API;

/**
 * What an encoder looks like; with a seed it determines every weight. In YAML and JSON the property {@code type} chooses the record: {@code resnet18},
 * {@code resnet34}, {@code resnet50}, {@code fast} or {@code mlp}; properties left out take the defaults that the records document.
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
public sealed interface EncoderSpec permits ResNetSpec, SmallConvNetSpec, MlpSpec {}
