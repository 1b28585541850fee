package org.mmcr.data.views;

import java.util.List;

/**
 * The random parameters of one view of a picture.
 *
 * @param crop rectangle that is resized to the view
 * @param flip whether the view is mirrored left to right
 * @param jitter order of the colour operations; empty if the jitter is not applied
 * @param brightness factor of the brightness
 * @param contrast factor of the contrast
 * @param saturation factor of the saturation
 * @param hue shift of the hue in turns of the colour wheel
 * @param grayscale whether the colour is dropped
 * @param blurSigma standard deviation of the blur in pixels; 0 for none
 * @param solarize whether high levels are inverted
 */
record ViewParameters(
        CropBox crop,
        boolean flip,
        List<JitterStep> jitter,
        double brightness,
        double contrast,
        double saturation,
        double hue,
        boolean grayscale,
        double blurSigma,
        boolean solarize) {
    // Lanes of the random numbers, one for each parameter. A new parameter gets a new lane, so that old runs keep their
    // views.
    private static final int FLIP = 0;
    private static final int JITTER = 1;
    private static final int ORDER = 2;
    private static final int BRIGHTNESS = 3;
    private static final int CONTRAST = 4;
    private static final int SATURATION = 5;
    private static final int HUE = 6;
    private static final int GRAYSCALE = 7;
    private static final int BLUR = 8;
    private static final int SIGMA = 9;
    private static final int SOLARIZE = 10;
    private static final int CROP = 16;

    /** Draws the parameters for a picture of this size. */
    static ViewParameters draw(PictureViewRecipe recipe, int height, int width, ViewRandom random) {
        boolean jitter = random.chance(JITTER, recipe.jitterProbability());
        boolean blur = random.chance(BLUR, recipe.blurProbability());
        return new ViewParameters(
                CropBox.draw(recipe, height, width, random, CROP),
                random.chance(FLIP, recipe.flip()),
                jitter ? JitterStep.ORDERS.get(random.below(ORDER, JitterStep.ORDERS.size())) : List.of(),
                factor(random, BRIGHTNESS, recipe.brightness()),
                factor(random, CONTRAST, recipe.contrast()),
                factor(random, SATURATION, recipe.saturation()),
                random.between(HUE, -recipe.hue(), recipe.hue()),
                random.chance(GRAYSCALE, recipe.grayscale()),
                blur ? random.between(SIGMA, recipe.blurMinSigma(), recipe.blurMaxSigma()) : 0.0,
                random.chance(SOLARIZE, recipe.solarizeProbability()));
    }

    private static double factor(ViewRandom random, int lane, double strength) {
        return random.between(lane, Math.max(0.0, 1.0 - strength), 1.0 + strength);
    }
}
