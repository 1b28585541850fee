package org.mmcr.data.views;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.mmcr.core.MmcrException;
import org.mmcr.data.ColumnStatistics;

/**
 * The augmentation of a table's rows: standardise by the training data, then shift, scale, noise and mask, in that
 * order. Everything is in units of each column's standard deviation, and 0 is the column's mean.
 *
 * <p>Noise and scaling follow Um et al. 2017 ("jittering" and "scaling"). Their factor is 1 + s g on the raw signal;
 * here it is exp(s g), which keeps the sign, on the deviation from the mean. Masking with the mean is common for
 * tables (Yoon et al. 2020, VIME). Masking with another row is SCARF's corruption (Bahri et al. 2022, fraction 0.6 in
 * one of two views).
 *
 * @param noise standard deviation of Gaussian noise, as a fraction of each column's own
 * @param mask fraction of the columns that are masked, rounded to whole columns, drawn without replacement
 * @param maskWith value of a masked column
 * @param scale standard deviation s of the logarithm of the factor of each group of columns
 * @param shift longest circular shift as a fraction of a group's length, the same for all groups; for signals with an
 *     arbitrary start
 * @param groups number of equal runs of adjacent columns, such as the axes of a sensor; each has a factor of its own,
 *     and a shift stays inside its group
 * @param columns statistics of the training data; not part of the recipe's text
 */
public record VectorViewRecipe(
        @JsonPropertyDescription("standard deviation of the noise, as a fraction of each column's own")
        double noise,

        @JsonPropertyDescription("fraction of the columns that are masked")
        double mask,

        @JsonPropertyDescription("mean, or row: the value of another row drawn at random")
        MaskWith maskWith,

        @JsonPropertyDescription("standard deviation of the logarithm of a group's factor")
        double scale,

        @JsonPropertyDescription("longest circular shift, as a fraction of a group's length")
        double shift,

        @JsonPropertyDescription("equal runs of adjacent columns, such as the channels of a signal")
        int groups,

        @JsonIgnore ColumnStatistics columns)
        implements ViewRecipe {

    /** Values of masked columns. */
    public enum MaskWith {
        /** The column's mean. */
        MEAN,
        /** The value of another row, drawn independently for each masked column. */
        ROW
    }

    public VectorViewRecipe {
        PictureViewRecipe.require(noise >= 0 && Double.isFinite(noise), "noise", "0 or more", noise);
        PictureViewRecipe.require(mask >= 0 && mask <= 1, "mask", "a fraction in 0..1", mask);
        PictureViewRecipe.require(scale >= 0 && Double.isFinite(scale), "scale", "0 or more", scale);
        PictureViewRecipe.require(shift >= 0 && shift <= 1, "shift", "a fraction in 0..1", shift);
        PictureViewRecipe.require(groups >= 1, "groups", "1 or more", groups);
        if (columns.isKnown() && columns.count() % groups != 0) {
            throw new MmcrException("view recipe: expected groups that divide the " + columns.count()
                    + " columns evenly, found " + groups + "; change groups, or skip a column");
        }
    }

    /** Returns a recipe for any table: a third of the columns from other rows, a little noise and scaling. */
    public static VectorViewRecipe standard() {
        return new VectorViewRecipe(0.1, 0.3, MaskWith.ROW, 0.1, 0, 1, ColumnStatistics.unknown());
    }

    /** Returns a copy with the statistics of the training data. */
    public VectorViewRecipe on(ColumnStatistics known) {
        return new VectorViewRecipe(noise, mask, maskWith, scale, shift, groups, known);
    }

    /** Returns the recipe's type in YAML. */
    @JsonProperty("type")
    public String type() {
        return "vector";
    }

    @JsonCreator
    static VectorViewRecipe withoutColumns(
            @JsonProperty("noise") double noise,
            @JsonProperty("mask") double mask,
            @JsonProperty("maskWith") MaskWith maskWith,
            @JsonProperty("scale") double scale,
            @JsonProperty("shift") double shift,
            @JsonProperty("groups") int groups) {
        return new VectorViewRecipe(noise, mask, maskWith, scale, shift, groups, ColumnStatistics.unknown());
    }

    @Override
    public ViewShape shape() {
        return new ViewShape.Row(columns.count());
    }
}
