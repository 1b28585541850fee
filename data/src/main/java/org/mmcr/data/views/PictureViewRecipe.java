package org.mmcr.data.views;

import java.util.List;
import org.mmcr.core.MmcrException;

/**
 * How one random view of a picture is made: resized crop, flip, colour jitter, grayscale, Gaussian blur, solarize, normalise, in that
 * order. Probabilities are in 0..1; every random number is a function of (seed, epoch, sample, view).
 *
 * @param size side of the square view, pixels
 * @param minScale smallest share of the picture's area that a crop covers
 * @param maxScale largest share
 * @param minRatio smallest width / height of a crop; the ratio is drawn log-uniformly
 * @param maxRatio largest width / height
 * @param interpolation filter of the resize, antialiased when shrinking
 * @param flip probability of a left-right flip
 * @param jitterProbability probability that the colour jitter is applied at all
 * @param brightness factor drawn from [max(0, 1 - b), 1 + b]
 * @param contrast factor drawn likewise
 * @param saturation factor drawn likewise
 * @param hue shift drawn from [-h, h] turns of the colour wheel, h at most 0.5
 * @param grayscale probability of dropping the colour
 * @param blurProbability probability of a Gaussian blur
 * @param blurMinSigma smallest standard deviation of the blur, pixels
 * @param blurMaxSigma largest
 * @param solarizeProbability probability of inverting the levels from 128 up
 * @param mean per-channel mean that is subtracted, on the 0..1 scale
 * @param std per-channel standard deviation that is divided by, on the 0..1 scale
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

    /** The largest view side accepted; larger ones are taken for a mistake. */
    private static final int MAX_SIZE = 4096;

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

    /** CIFAR-10/100 as published: crop 32, scale 0.08-1, flip, jitter (0.4, 0.4, 0.4, 0.1), grayscale 0.2. */
    public static PictureViewRecipe cifar() {
        return new PictureViewRecipe(
                32,
                0.08,
                1.0,
                3.0 / 4.0,
                4.0 / 3.0,
                Interpolation.BILINEAR,
                0.5,
                0.8,
                0.4,
                0.4,
                0.4,
                0.1,
                0.2,
                0.0,
                0.1,
                2.0,
                0.0,
                List.of(0.4914, 0.4822, 0.4465),
                List.of(0.2023, 0.1994, 0.2010));
    }

    /**
     * STL-10 as published: crop 64, scale 0.2-1, bicubic, grayscale 0.1. The published code jitters before it crops, so its
     * contrast pivots on the mean of the whole picture and not of the crop; here the crop always comes first.
     */
    public static PictureViewRecipe stl() {
        return new PictureViewRecipe(
                64,
                0.2,
                1.0,
                3.0 / 4.0,
                4.0 / 3.0,
                Interpolation.BICUBIC,
                0.5,
                0.8,
                0.4,
                0.4,
                0.4,
                0.1,
                0.1,
                0.0,
                0.1,
                2.0,
                0.0,
                List.of(0.43, 0.42, 0.39),
                List.of(0.27, 0.26, 0.27));
    }

    /** ImageNet, first of the two alternating recipes: every view blurred, none solarized. */
    public static PictureViewRecipe imagenetA() {
        return imagenet(1.0, 0.0);
    }

    /** ImageNet, second of the two alternating recipes: blur 0.1, solarize 0.2. */
    public static PictureViewRecipe imagenetB() {
        return imagenet(0.1, 0.2);
    }

    /**
     * A starting point for pictures of any other kind and size: the CIFAR draw with a gentler smallest crop, which suits
     * objects that fill less of the frame, blur from 64 pixels up, and plain mean and standard deviation 0.5 and 0.25.
     */
    public static PictureViewRecipe general(int size) {
        return new PictureViewRecipe(
                size,
                0.2,
                1.0,
                3.0 / 4.0,
                4.0 / 3.0,
                Interpolation.BILINEAR,
                0.5,
                0.8,
                0.4,
                0.4,
                0.4,
                0.1,
                0.2,
                size >= 64 ? 0.5 : 0.0,
                0.1,
                2.0 * Math.max(1.0, size / 224.0),
                0.0,
                List.of(0.5, 0.5, 0.5),
                List.of(0.25, 0.25, 0.25));
    }

    @Override
    public ViewShape shape() {
        return new ViewShape.Square(size);
    }

    /** The same recipe for another view side, for training that grows its pictures. */
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

    /** The same recipe with another range of crop areas. */
    public PictureViewRecipe withScale(double newMinScale, double newMaxScale) {
        return new PictureViewRecipe(
                size,
                newMinScale,
                newMaxScale,
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

    private static PictureViewRecipe imagenet(double blur, double solarize) {
        return new PictureViewRecipe(
                224,
                0.08,
                1.0,
                3.0 / 4.0,
                4.0 / 3.0,
                Interpolation.BICUBIC,
                0.5,
                0.8,
                0.4,
                0.4,
                0.2,
                0.1,
                0.2,
                blur,
                0.1,
                2.0,
                solarize,
                List.of(0.485, 0.456, 0.406),
                List.of(0.229, 0.224, 0.225));
    }

    private static void requireProbability(String knob, double value) {
        require(value >= 0.0 && value <= 1.0, knob, "a probability in 0..1", value);
    }

    private static void requireAtLeastZero(String knob, double value) {
        require(value >= 0.0 && Double.isFinite(value), knob, "0 or more", value);
    }

    private static void requireRange(String low, String high, double from, double to, double most) {
        require(from > 0.0 && from <= most, low, "a number in (0, " + most + "]", from);
        require(to >= from && to <= most, high, "a number from " + low + " = " + from + " to " + most, to);
    }

    private static void require(boolean held, String knob, String expected, Object found) {
        if (!held) {
            throw new MmcrException("view recipe: " + knob + " should be " + expected + " but is " + found
                    + "; correct it in the recipe");
        }
    }
}
