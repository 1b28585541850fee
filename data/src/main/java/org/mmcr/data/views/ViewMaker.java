package org.mmcr.data.views;

import java.nio.FloatBuffer;
import org.mmcr.data.Picture;

/**
 * Makes single views: draws, cuts and resizes, recolours, normalises, writes. Holds scratch of the view's size, so use one
 * per thread; not thread-safe. For a 32 x 32 view everything stays in the first-level cache.
 */
public final class ViewMaker {
    private static final float SOLARIZE_THRESHOLD = 128.0f;

    private final Resampler resampler = new Resampler();
    private PlanarPicture planes = new PlanarPicture(1, 1);

    /**
     * Writes view {@code view} of {@code picture} as size x size x 3 normalised floats (rows, columns, channels) from index
     * {@code offset} of {@code nhwc} on. The result depends on the picture, the recipe and (seed, epoch, sample, view) only.
     */
    public void make(
            PictureViewRecipe recipe,
            Picture picture,
            long seed,
            int epoch,
            int sample,
            int view,
            FloatBuffer nhwc,
            int offset) {
        ViewRandom random = ViewRandom.of(seed, epoch, sample, view);
        make(recipe, picture, ViewDraw.of(recipe, picture.height(), picture.width(), random), nhwc, offset);
    }

    void make(PictureViewRecipe recipe, Picture picture, ViewDraw draw, FloatBuffer nhwc, int offset) {
        if (planes.width != recipe.size()) {
            planes = new PlanarPicture(recipe.size(), recipe.size());
        }
        resampler.resize(picture, draw.crop(), recipe.interpolation(), draw.flip(), planes);
        recolour(draw);
        planes.write(new Normalization(recipe.mean(), recipe.std()), nhwc, offset);
    }

    private void recolour(ViewDraw draw) {
        for (JitterStep step : draw.jitter()) {
            jitter(step, draw);
        }
        if (draw.grayscale()) {
            ColorOperations.grayscale(planes);
        }
        GaussianBlur.apply(planes, draw.blurSigma());
        if (draw.solarize()) {
            ColorOperations.solarize(planes, SOLARIZE_THRESHOLD);
        }
    }

    private void jitter(JitterStep step, ViewDraw draw) {
        switch (step) {
            case BRIGHTNESS -> ColorOperations.brightness(planes, (float) draw.brightness());
            case CONTRAST -> ColorOperations.contrast(planes, (float) draw.contrast());
            case SATURATION -> ColorOperations.saturation(planes, (float) draw.saturation());
            case HUE -> ColorOperations.hue(planes, (float) draw.hue());
        }
    }
}
