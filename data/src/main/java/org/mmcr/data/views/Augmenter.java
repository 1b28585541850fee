package org.mmcr.data.views;

import java.nio.FloatBuffer;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.data.PairedSource;
import org.mmcr.data.Picture;
import org.mmcr.data.PictureSource;
import org.mmcr.data.VectorSource;

/** Augments samples: computes their random views. Holds scratch memory; not thread-safe. */
interface Augmenter {
    /**
     * Writes the views of a sample one after the other.
     *
     * @param plan recipes and number of views; {@link #requireMatch} has checked it
     * @param sample index into the source
     * @param seed seed of the run; a view is a function of (seed, epoch, sample, view)
     * @param offset position of the first view in {@code target}
     */
    void augment(ViewBatchPlan plan, int sample, long seed, FloatBuffer target, int offset);

    /** Returns an augmenter of a source's samples. */
    static Augmenter of(DataSource data) {
        if (data instanceof PairedSource pairs) {
            return new ModalityAugmenter(pairs);
        }
        if (!(data instanceof PictureSource pictures)) {
            return new VectorAugmenter((VectorSource) data);
        }
        PictureAugmenter augmenter = new PictureAugmenter();
        return (plan, sample, seed, target, offset) -> {
            Picture picture = pictures.picture(sample); // decoded once for all views
            for (int view = 0; view < plan.views(); view++) {
                PictureViewRecipe recipe = (PictureViewRecipe) plan.recipe(view);
                int at = offset + view * plan.shape().length();
                augmenter.augment(recipe, picture, seed, plan.epoch(), sample, view, target, at);
            }
        };
    }

    /**
     * Checks that a plan has recipes for the source's kind of samples.
     *
     * @throws MmcrException if it has not
     */
    static void requireMatch(ViewBatchPlan plan, DataSource data) {
        boolean modality = plan.recipe(0) instanceof ModalityViewRecipe;
        if (modality != data instanceof PairedSource) {
            throw new MmcrException("expected " + (modality ? "paired data for the views of" : "no paired data without")
                    + " modalities, found " + data.plural() + " in " + data.location()
                    + "; use --pairs and --recipe pairs together");
        }
        boolean vectors = modality || plan.recipe(0) instanceof VectorViewRecipe;
        if (vectors != data instanceof VectorSource) {
            throw new MmcrException("expected " + (vectors ? "a table for a vector" : "pictures for a picture")
                    + " view recipe, found " + data.plural() + " in " + data.location()
                    + "; use a recipe for that kind of data");
        }
    }
}
