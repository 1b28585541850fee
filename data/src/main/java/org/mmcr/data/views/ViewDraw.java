package org.mmcr.data.views;

import java.util.List;

/**
 * Everything that chance decides about one view.
 *
 * @param jitter order of the colour operations; empty when the jitter is not applied
 * @param blurSigma standard deviation in pixels; 0 when the view is not blurred
 */
record ViewDraw(
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
    // One lane per decision; new decisions get new numbers so that old runs keep their views.
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

    static ViewDraw of(PictureViewRecipe recipe, int height, int width, ViewRandom random) {
        boolean jitter = random.chance(JITTER, recipe.jitterProbability());
        boolean blur = random.chance(BLUR, recipe.blurProbability());
        return new ViewDraw(
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
