package org.mmcr.data.views;

import java.util.List;
import org.mmcr.core.MmcrException;

/**
 * One step's work. View {@code v} of every sample is made by {@code recipes.get(v % recipes.size())}, so two recipes
 * alternate, whether the number of views is even or odd. All recipes of a plan make views of one shape.
 *
 * @param step number of the step, for the consumer; chance does not depend on it
 * @param epoch epoch that seeds the views; a sample planned twice in one epoch gets the same views twice
 * @param samples indices into the data source, in batch order; not to be changed once handed over
 * @param views number of views of each sample
 * @param recipes how the views are made, in turn
 */
@SuppressWarnings("ArrayRecordComponent")
public record ViewBatchPlan(long step, int epoch, int[] samples, int views, List<ViewRecipe> recipes) {

    public ViewBatchPlan {
        recipes = List.copyOf(recipes);
        if (samples.length == 0 || views < 1 || recipes.isEmpty()) {
            throw new MmcrException("step " + step + " needs at least one sample, one view and one recipe but has "
                    + samples.length + ", " + views + " and " + recipes.size() + "; correct the batch and view counts");
        }
        ViewShape shape = recipes.get(0).shape();
        for (ViewRecipe recipe : recipes) {
            if (!recipe.shape().equals(shape)) {
                throw new MmcrException("step " + step + " mixes views of " + shape.describe() + " and "
                        + recipe.shape().describe() + ", but a batch holds one size; give its recipes the same size");
            }
        }
    }

    /** The recipe of view {@code view}. */
    public ViewRecipe recipe(int view) {
        return recipes.get(view % recipes.size());
    }

    /** What the views look like. */
    public ViewShape shape() {
        return recipes.get(0).shape();
    }

    /** Rows of the batch: samples times views. */
    public long rows() {
        return (long) samples.length * views;
    }
}
