package org.mmcr.data.views;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.apiguardian.api.API;

/**
 * How one random view of a sample is made. Every random number is a function of (seed, epoch, sample, view). In YAML the
 * property {@code type} is {@code vector} for a {@link VectorViewRecipe}; without one it is a {@link PictureViewRecipe}.
 */
@JsonTypeInfo(
        use = JsonTypeInfo.Id.NAME,
        include = JsonTypeInfo.As.EXISTING_PROPERTY,
        property = "type",
        defaultImpl = PictureViewRecipe.class)
@JsonSubTypes(@JsonSubTypes.Type(value = VectorViewRecipe.class, name = "vector"))
@API(status = API.Status.STABLE)
public sealed interface ViewRecipe permits PictureViewRecipe, VectorViewRecipe {
    /** What its views look like. */
    ViewShape shape();
}
