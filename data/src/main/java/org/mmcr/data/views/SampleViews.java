package org.mmcr.data.views;

import java.nio.FloatBuffer;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.data.PictureSource;
import org.mmcr.data.VectorSource;

/** Makes all views of one sample. One per thread; not thread-safe. */
interface SampleViews {
    /**
     * Writes the views of a sample one after the other.
     *
     * @param plan a plan that {@link #check} let pass
     * @param sample index into the source
     * @param seed first of the four numbers that decide a view
     * @param offset where the first view begins
     */
    void make(ViewBatchPlan plan, int sample, long seed, FloatBuffer target, int offset);

    static SampleViews of(DataSource data) {
        return data instanceof PictureSource pictures
                ? new PictureViews(pictures)
                : new VectorViewMaker((VectorSource) data);
    }

    /** Pictures take picture recipes, tables take vector recipes. */
    static void check(ViewBatchPlan plan, DataSource data) {
        boolean vectors = plan.recipe(0) instanceof VectorViewRecipe;
        if (vectors != data instanceof VectorSource) {
            throw new MmcrException("expected " + (vectors ? "a table for a vector" : "pictures for a picture")
                    + " view recipe, found " + data.plural() + " in " + data.location()
                    + "; use a recipe for that kind of data");
        }
    }

    /** Views of pictures: each sample is decoded once for all of them. */
    final class PictureViews implements SampleViews {
        private final PictureSource data;
        private final ViewMaker maker = new ViewMaker();

        PictureViews(PictureSource data) {
            this.data = data;
        }

        @Override
        public void make(ViewBatchPlan plan, int sample, long seed, FloatBuffer target, int offset) {
            var picture = data.picture(sample);
            for (int view = 0; view < plan.views(); view++) {
                PictureViewRecipe recipe = (PictureViewRecipe) plan.recipe(view);
                int at = offset + view * plan.shape().length();
                maker.make(recipe, picture, seed, plan.epoch(), sample, view, target, at);
            }
        }
    }
}
