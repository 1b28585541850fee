package org.mmcr.data.views;

/**
 * The augmentation of one modality of paired data. The view is a row of all modalities that is NaN outside this one; if
 * the sample does not have the modality, the whole row is NaN.
 *
 * @param recipe augmentation of the modality, with the statistics of its columns
 * @param modality index of the modality
 * @param first first column of the modality in the row of all
 * @param columns number of columns of all modalities
 */
public record ModalityViewRecipe(VectorViewRecipe recipe, int modality, int first, int columns) implements ViewRecipe {
    @Override
    public ViewShape shape() {
        return new ViewShape.Row(columns);
    }
}
