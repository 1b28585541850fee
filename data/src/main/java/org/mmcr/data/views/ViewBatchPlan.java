package org.mmcr.data.views;

import java.util.List;
import org.mmcr.core.MmcrException;

/**
 * The plan of one step's batch. View {@code v} of every sample uses {@code recipes.get(v % recipes.size())}, so that
 * recipes alternate. All recipes of a plan give views of one shape.
 *
 * @param step number of the step, for the consumer; random numbers do not depend on it
 * @param epoch epoch that seeds the views; a sample planned twice in an epoch gets the same views twice
 * @param samples indices into the data source in batch order; must not be modified afterwards
 * @param views number of views of each sample
 * @param recipes recipes of the views, used in turn
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ViewBatchPlan(long step, int epoch, int[] samples, int views, List<ViewRecipe> recipes) {

    public ViewBatchPlan {
        recipes = List.copyOf(recipes);
        if (samples.length == 0 || views < 1 || recipes.isEmpty()) {
            throw new MmcrException("step " + step + ": expected at least one sample, one view and one recipe, found "
                    + samples.length + ", " + views + " and " + recipes.size() + "; correct the batch and view counts");
        }
        ViewShape shape = recipes.get(0).shape();
        for (ViewRecipe recipe : recipes) {
            if (!recipe.shape().equals(shape)) {
                throw new MmcrException("step " + step + ": expected views of one size, found " + shape.describe()
                        + " and " + recipe.shape().describe() + "; give the recipes the same size");
            }
        }
    }

    /** Returns the recipe of view {@code view}. */
    public ViewRecipe recipe(int view) {
        return recipes.get(view % recipes.size());
    }

    /** Returns the shape of the views. */
    public ViewShape shape() {
        return recipes.get(0).shape();
    }

    /** Returns a key of random numbers for each row: a function of seed, epoch, sample and view. */
    public long[] rowKeys(long seed) {
        long[] keys = new long[Math.toIntExact(rows())];
        for (int row = 0; row < keys.length; row++) {
            keys[row] = ViewRandom.of(seed, epoch, samples[row / views], row % views)
                    .key();
        }
        return keys;
    }

    /** Returns the number of rows of the batch: samples times views. */
    public long rows() {
        return (long) samples.length * views;
    }
}
