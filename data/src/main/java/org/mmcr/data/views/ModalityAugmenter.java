package org.mmcr.data.views;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.mmcr.data.PairedSource;

/** Augments paired data, a modality a view, as {@link ModalityViewRecipe} describes. Not thread-safe. */
final class ModalityAugmenter implements Augmenter {
    private final PairedSource data;
    private final List<VectorAugmenter> modalities;
    private final float[] row;

    ModalityAugmenter(PairedSource data) {
        this.data = data;
        modalities = IntStream.range(0, data.modalities().size())
                .mapToObj(m -> new VectorAugmenter(data.modality(m)))
                .toList();
        row = new float[data.columns()];
    }

    @Override
    public void augment(ViewBatchPlan plan, int sample, long seed, FloatBuffer target, int offset) {
        for (int v = 0; v < plan.views(); v++) {
            ModalityViewRecipe recipe = (ModalityViewRecipe) plan.recipe(v);
            Arrays.fill(row, Float.NaN);
            if (data.has(sample, recipe.modality())) {
                ViewRandom random = ViewRandom.of(seed, plan.epoch(), sample, v);
                float[] view = modalities.get(recipe.modality()).view(recipe.recipe(), sample, random);
                System.arraycopy(view, 0, row, recipe.first(), view.length);
            }
            target.put(offset + v * row.length, row);
        }
    }
}
