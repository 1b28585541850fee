package org.mmcr.data.views;

import java.util.List;
import org.mmcr.core.MmcrException;

/**
 * The augmentation of pictures: resized crop, flip, colour jitter, grayscale, Gaussian blur, solarize, normalise, in
 * that order.
 *
 * @param size side of the square view in pixels
 * @param minScale smallest fraction of the picture's area that a crop covers
 * @param maxScale largest fraction of the picture's area that a crop covers
 * @param minRatio smallest width / height of a crop; the ratio is drawn log-uniformly
 * @param maxRatio largest width / height of a crop
 * @param interpolation filter of the resize, antialiased for downscaling
 * @param flip probability of a left-right flip
 * @param jitterProbability probability of the colour jitter
 * @param brightness strength b of the brightness; the factor is drawn from [max(0, 1 - b), 1 + b]
 * @param contrast strength of the contrast, as for the brightness
 * @param saturation strength of the saturation, as for the brightness
 * @param hue strength h of the hue; the shift is drawn from [-h, h] turns of the colour wheel, h at most 0.5
 * @param grayscale probability of dropping the colour
 * @param blurProbability probability of a Gaussian blur
 * @param blurMinSigma smallest standard deviation of the blur in pixels
 * @param blurMaxSigma largest standard deviation of the blur in pixels
 * @param solarizeProbability probability of inverting the levels from 128 up
 * @param mean mean of each channel on the 0..1 scale
 * @param std standard deviation of each channel on the 0..1 scale
 */
public record PictureViewRecipe(
        int size,
        double minScale,
        double maxScale,
        double minRatio,
        double maxRatio,
        Interpolation interpolation,
        double flip,
        double jitterProbability,
        double brightness,
        double contrast,
        double saturation,
        double hue,
        double grayscale,
        double blurProbability,
        double blurMinSigma,
        double blurMaxSigma,
        double solarizeProbability,
        List<Double> mean,
        List<Double> std)
        implements ViewRecipe {

    /** Largest side of a view; a larger one is taken for a mistake. */
    private static final int MAX_SIZE = 4096;

    private static final List<Double> CIFAR_MEAN = List.of(0.4914, 0.4822, 0.4465);
    private static final List<Double> CIFAR_STD = List.of(0.2023, 0.1994, 0.2010);
    private static final List<Double> STL_MEAN = List.of(0.43, 0.42, 0.39);
    private static final List<Double> STL_STD = List.of(0.27, 0.26, 0.27);
    private static final List<Double> IMAGENET_MEAN = List.of(0.485, 0.456, 0.406);
    private static final List<Double> IMAGENET_STD = List.of(0.229, 0.224, 0.225);

    public PictureViewRecipe {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        require(size >= 1 && size <= MAX_SIZE, "size", "1.." + MAX_SIZE, size);
        requireRange("minScale", "maxScale", minScale, maxScale, 1.0);
        requireRange("minRatio", "maxRatio", minRatio, maxRatio, Double.MAX_VALUE);
        requireProbability("flip", flip);
        requireProbability("jitterProbability", jitterProbability);
        requireAtLeastZero("brightness", brightness);
        requireAtLeastZero("contrast", contrast);
        requireAtLeastZero("saturation", saturation);
        require(hue >= 0.0 && hue <= 0.5, "hue", "0..0.5", hue);
        requireProbability("grayscale", grayscale);
        requireProbability("blurProbability", blurProbability);
        if (blurProbability > 0.0) {
            requireRange("blurMinSigma", "blurMaxSigma", blurMinSigma, blurMaxSigma, 1000.0);
        }
        requireProbability("solarizeProbability", solarizeProbability);
        require(mean.size() == 3, "mean", "three numbers", mean);
        require(std.size() == 3 && std.stream().allMatch(s -> s > 0.0), "std", "three positive numbers", std);
    }

    /** Returns the published recipe of CIFAR-10/100: crop 32, scale 0.08-1, grayscale 0.2. */
    public static PictureViewRecipe cifar() {
        return of(32, 0.08, Interpolation.BILINEAR, 0.4, 0.2, 0.0, 0.0, CIFAR_MEAN, CIFAR_STD);
    }

    /**
     * Returns the published recipe of STL-10: crop 64, scale 0.2-1, bicubic, grayscale 0.1. The published program
     * jitters before it crops, so that its contrast pivots on the mean of the whole picture; here the crop always
     * comes first.
     */
    public static PictureViewRecipe stl() {
        return of(64, 0.2, Interpolation.BICUBIC, 0.4, 0.1, 0.0, 0.0, STL_MEAN, STL_STD);
    }

    /** Returns the first of the two alternating recipes of ImageNet: every view blurred, none solarized. */
    public static PictureViewRecipe imagenetA() {
        return of(224, 0.08, Interpolation.BICUBIC, 0.2, 0.2, 1.0, 0.0, IMAGENET_MEAN, IMAGENET_STD);
    }

    /** Returns the second of the two alternating recipes of ImageNet: blur 0.1, solarize 0.2. */
    public static PictureViewRecipe imagenetB() {
        return of(224, 0.08, Interpolation.BICUBIC, 0.2, 0.2, 0.1, 0.2, IMAGENET_MEAN, IMAGENET_STD);
    }

    /** Returns a recipe with the values that all published recipes share. */
    private static PictureViewRecipe of(
            int size,
            double minScale,
            Interpolation interpolation,
            double saturation,
            double grayscale,
            double blurProbability,
            double solarizeProbability,
            List<Double> mean,
            List<Double> std) {
        return new PictureViewRecipe(
                size,
                minScale,
                1.0, // maxScale
                3.0 / 4.0, // minRatio
                4.0 / 3.0, // maxRatio
                interpolation,
                0.5, // flip
                0.8, // jitterProbability
                0.4, // brightness
                0.4, // contrast
                saturation,
                0.1, // hue
                grayscale,
                blurProbability,
                0.1, // blurMinSigma
                2.0, // blurMaxSigma
                solarizeProbability,
                mean,
                std);
    }

    @Override
    public ViewShape shape() {
        return new ViewShape.Square(size);
    }

    /** Returns a copy with another side of the view, for training that grows its pictures. */
    public PictureViewRecipe withSize(int newSize) {
        return new PictureViewRecipe(
                newSize,
                minScale,
                maxScale,
                minRatio,
                maxRatio,
                interpolation,
                flip,
                jitterProbability,
                brightness,
                contrast,
                saturation,
                hue,
                grayscale,
                blurProbability,
                blurMinSigma,
                blurMaxSigma,
                solarizeProbability,
                mean,
                std);
    }

    /** Returns a copy with another normalisation: three means and three standard deviations on the 0..1 scale. */
    public PictureViewRecipe withNormalisation(List<Double> newMean, List<Double> newStd) {
        return new PictureViewRecipe(
                size,
                minScale,
                maxScale,
                minRatio,
                maxRatio,
                interpolation,
                flip,
                jitterProbability,
                brightness,
                contrast,
                saturation,
                hue,
                grayscale,
                blurProbability,
                blurMinSigma,
                blurMaxSigma,
                solarizeProbability,
                newMean,
                newStd);
    }

    private static void requireProbability(String setting, double value) {
        require(value >= 0.0 && value <= 1.0, setting, "a probability in 0..1", value);
    }

    private static void requireAtLeastZero(String setting, double value) {
        require(value >= 0.0 && Double.isFinite(value), setting, "0 or more", value);
    }

    private static void requireRange(String low, String high, double from, double to, double most) {
        require(from > 0.0 && from <= most, low, "a number in (0, " + most + "]", from);
        require(to >= from && to <= most, high, "a number from " + low + " = " + from + " to " + most, to);
    }

    /** Checks a setting of a recipe. */
    static void require(boolean valid, String setting, String expected, Object found) {
        if (!valid) {
            throw new MmcrException("view recipe: expected " + setting + " to be " + expected + ", found " + found
                    + "; correct it in the recipe");
        }
    }
}
