package org.mmcr.data.views;

import java.nio.FloatBuffer;
import org.mmcr.data.Picture;

/** Augments pictures as {@link PictureViewRecipe} describes. Holds scratch memory; not thread-safe. */
public final class PictureAugmenter {
    private static final float SOLARIZE_THRESHOLD = 128.0f;

    private final Resampler resampler = new Resampler();
    private PlanarPicture planes = new PlanarPicture(1, 1);

    /**
     * Writes a view as (size, size, 3) normalised floats from index {@code offset} of {@code nhwc} on. The view is a
     * function of the picture, the recipe and (seed, epoch, sample, view).
     */
    public void augment(
            PictureViewRecipe recipe,
            Picture picture,
            long seed,
            int epoch,
            int sample,
            int view,
            FloatBuffer nhwc,
            int offset) {
        render(recipe, picture, ViewRandom.of(seed, epoch, sample, view));
        planes.write(new Normalisation(recipe.mean(), recipe.std()), nhwc, offset);
    }

    /** Returns the same view as a picture, before normalisation. */
    public Picture augment(PictureViewRecipe recipe, Picture picture, long seed, int epoch, int sample, int view) {
        render(recipe, picture, ViewRandom.of(seed, epoch, sample, view));
        return planes.toPicture();
    }

    private void render(PictureViewRecipe recipe, Picture picture, ViewRandom random) {
        ViewParameters parameters = ViewParameters.draw(recipe, picture.height(), picture.width(), random);
        if (planes.width != recipe.size()) {
            planes = new PlanarPicture(recipe.size(), recipe.size());
        }
        resampler.resize(picture, parameters.crop(), recipe.interpolation(), parameters.flip(), planes);
        for (JitterStep step : parameters.jitter()) {
            jitter(step, parameters);
        }
        if (parameters.grayscale()) {
            ColourOperations.grayscale(planes);
        }
        GaussianBlur.apply(planes, parameters.blurSigma());
        if (parameters.solarize()) {
            ColourOperations.solarize(planes, SOLARIZE_THRESHOLD);
        }
    }

    private void jitter(JitterStep step, ViewParameters parameters) {
        switch (step) {
            case BRIGHTNESS -> ColourOperations.brightness(planes, (float) parameters.brightness());
            case CONTRAST -> ColourOperations.contrast(planes, (float) parameters.contrast());
            case SATURATION -> ColourOperations.saturation(planes, (float) parameters.saturation());
            case HUE -> ColourOperations.hue(planes, (float) parameters.hue());
        }
    }
}
