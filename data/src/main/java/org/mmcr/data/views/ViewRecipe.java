package org.mmcr.data.views;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.apiguardian.api.API;

/**
 * The augmentation that gives one random view of a sample. In YAML the property {@code type} is {@code vector} for a
 * {@link VectorViewRecipe}; without it the recipe is a {@link PictureViewRecipe}. A {@link ModalityViewRecipe} is made
 * from one for vectors and is never written.
 */
@JsonTypeInfo(
        use = JsonTypeInfo.Id.NAME,
        include = JsonTypeInfo.As.EXISTING_PROPERTY,
        property = "type",
        defaultImpl = PictureViewRecipe.class)
@JsonSubTypes(@JsonSubTypes.Type(value = VectorViewRecipe.class, name = "vector"))
@API(status = API.Status.STABLE)
public sealed interface ViewRecipe permits PictureViewRecipe, VectorViewRecipe, ModalityViewRecipe {
    /** Returns the shape of the views. */
    ViewShape shape();
}
