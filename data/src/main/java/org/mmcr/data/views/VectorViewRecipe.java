package org.mmcr.data.views;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.mmcr.core.MmcrException;
import org.mmcr.data.ColumnStatistics;

/**
 * How one random view of a table's row is made: standardise by the training data, then shift, scale, noise, mask, in that
 * order. Everything happens in units of each column's standard deviation, and 0 is the column's mean.
 *
 * <p>Noise and scaling are those of wearable sensors (Um et al. 2017, "jittering" and "scaling"; there the factor is
 * 1 + s g and is applied to the raw signal, here it is exp(s g), which never changes the sign, on the deviation from the
 * mean). Masking to the mean is usual for tables (Yoon et al. 2020, VIME, draws a mask of columns); masking by another row
 * is SCARF's corruption (Bahri et al. 2022: share 0.6 in one of two views).
 *
 * @param noise standard deviation of Gaussian noise, as a share of each column's own
 * @param mask share of the columns that are masked, rounded to whole columns, drawn without replacement
 * @param maskWith what a masked column is given
 * @param scale standard deviation s of the logarithm of the factor of a row, or of a group of columns
 * @param shift longest circular shift, as a share of a group's length: for signals whose beginning means nothing. All
 *     groups are shifted alike
 * @param groups equal runs of adjacent columns, such as the channels of a signal; each has a factor of its own, and a shift
 *     stays inside its group
 * @param columns of the training data; not part of the recipe's text
 */
public record VectorViewRecipe(
        @JsonPropertyDescription("standard deviation of the noise, as a share of each column's own")
        double noise,

        @JsonPropertyDescription("share of the columns that are masked")
        double mask,

        @JsonPropertyDescription("mean, or row: the value of another row drawn at random")
        MaskWith maskWith,

        @JsonPropertyDescription("spread of the logarithm of a group's factor")
        double scale,

        @JsonPropertyDescription("longest circular shift, as a share of a group's length")
        double shift,

        @JsonPropertyDescription("equal runs of adjacent columns, such as the channels of a signal")
        int groups,

        @JsonIgnore ColumnStatistics columns)
        implements ViewRecipe {

    /** What stands in a masked column. */
    public enum MaskWith {
        /** The column's mean. */
        MEAN,
        /** The value of another row, drawn for each masked column by itself. */
        ROW
    }

    public VectorViewRecipe {
        require(noise >= 0 && Double.isFinite(noise), "noise", "0 or more", noise);
        require(mask >= 0 && mask <= 1, "mask", "a share in 0..1", mask);
        require(scale >= 0 && Double.isFinite(scale), "scale", "0 or more", scale);
        require(shift >= 0 && shift <= 1, "shift", "a share in 0..1", shift);
        require(groups >= 1, "groups", "1 or more", groups);
        if (columns.isKnown() && columns.count() % groups != 0) {
            throw new MmcrException("view recipe: expected groups that divide the " + columns.count()
                    + " columns evenly, found " + groups + "; change groups, or skip a column");
        }
    }

    /** A starting point for any table: a third of the columns from other rows, a little noise and scaling. */
    public static VectorViewRecipe standard() {
        return new VectorViewRecipe(0.1, 0.3, MaskWith.ROW, 0.1, 0, 1, ColumnStatistics.unknown());
    }

    /** The same recipe for these columns. */
    public VectorViewRecipe on(ColumnStatistics known) {
        return new VectorViewRecipe(noise, mask, maskWith, scale, shift, groups, known);
    }

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

    private static void require(boolean held, String knob, String expected, Object found) {
        if (!held) {
            throw new MmcrException("view recipe: " + knob + " should be " + expected + " but is " + found
                    + "; correct it in the recipe");
        }
    }
}
