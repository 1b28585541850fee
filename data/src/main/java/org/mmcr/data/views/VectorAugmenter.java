package org.mmcr.data.views;

import java.nio.FloatBuffer;
import java.util.Optional;
import org.mmcr.data.ColumnStatistics;
import org.mmcr.data.VectorSource;
import org.mmcr.data.views.VectorViewRecipe.MaskWith;

/** Augments the rows of a table as {@link VectorViewRecipe} describes. Holds scratch memory; not thread-safe. */
final class VectorAugmenter implements Augmenter {
    // Lanes of the random numbers. Every column has lanes of its own, so that one setting leaves the draws of the
    // others alone.
    private static final int SHIFT = 0;
    private static final int FACTOR = 2;
    private static final int MASKED = 4;
    private static final int DONOR = 5;
    private static final int NOISE = 6;
    private static final int LANES = 8;

    private final VectorSource data;
    private ColumnStatistics columns = ColumnStatistics.unknown();
    private Optional<StandardisedVectors> bound = Optional.empty();
    private float[] row = {};
    private float[] view = {};

    VectorAugmenter(VectorSource data) {
        this.data = data;
    }

    @Override
    public void augment(ViewBatchPlan plan, int sample, long seed, FloatBuffer target, int offset) {
        for (int v = 0; v < plan.views(); v++) {
            VectorViewRecipe recipe = (VectorViewRecipe) plan.recipe(v);
            float[] values = view(recipe, sample, ViewRandom.of(seed, plan.epoch(), sample, v));
            target.put(offset + v * values.length, values);
        }
    }

    /** Returns one view, valid until the next call. */
    float[] view(VectorViewRecipe recipe, int sample, ViewRandom random) {
        StandardisedVectors rows = bind(recipe.columns());
        rows.read(sample, row);
        int length = row.length / recipe.groups();
        shift(recipe, length, random);
        scale(recipe, length, random);
        noise(recipe, random);
        mask(recipe, rows, sample, random);
        return view;
    }

    /** Returns the standardised rows. All recipes of a run share the same statistics, so they are created once. */
    @SuppressWarnings("ReferenceEquality") // equality would compare every column for every view
    private StandardisedVectors bind(ColumnStatistics wanted) {
        if (bound.isEmpty() || wanted != columns) {
            bound = Optional.of(StandardisedVectors.of(data, wanted));
            columns = wanted;
            row = new float[wanted.count()];
            view = new float[wanted.count()];
        }
        return bound.get();
    }

    private void shift(VectorViewRecipe recipe, int length, ViewRandom random) {
        int most = (int) (recipe.shift() * length);
        int by = Math.floorMod(random.below(SHIFT, 2 * most + 1) - most, length);
        for (int start = 0; start < row.length; start += length) {
            System.arraycopy(row, start, view, start + by, length - by);
            System.arraycopy(row, start + length - by, view, start, by);
        }
    }

    private void scale(VectorViewRecipe recipe, int length, ViewRandom random) {
        if (recipe.scale() == 0) {
            return;
        }
        for (int group = 0; group < recipe.groups(); group++) {
            float factor = (float) Math.exp(recipe.scale() * random.normal(LANES * group + FACTOR));
            for (int c = group * length; c < (group + 1) * length; c++) {
                view[c] *= factor;
            }
        }
    }

    private void noise(VectorViewRecipe recipe, ViewRandom random) {
        if (recipe.noise() == 0) {
            return;
        }
        for (int c = 0; c < view.length; c++) {
            view[c] += (float) (recipe.noise() * random.normal(LANES * c + NOISE));
        }
    }

    /** Chooses the columns by Knuth's algorithm S: each with probability (still wanted) / (columns left). */
    private void mask(VectorViewRecipe recipe, StandardisedVectors rows, int sample, ViewRandom random) {
        int wanted = (int) Math.round(recipe.mask() * view.length);
        for (int c = 0; c < view.length && wanted > 0; c++) {
            if (random.unit(LANES * c + MASKED) * (view.length - c) < wanted) {
                view[c] = recipe.maskWith() == MaskWith.MEAN ? 0 : rows.value(donor(rows.size(), sample, c, random), c);
                wanted--;
            }
        }
    }

    /** Draws another row; a table of one row has only this one. */
    private int donor(int size, int sample, int column, ViewRandom random) {
        int others = size - 1;
        if (others == 0) {
            return sample;
        }
        int other = random.below(LANES * column + DONOR, others);
        return other < sample ? other : other + 1;
    }
}
