package org.mmcr.data.views;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.data.Picture;
import org.mmcr.data.PictureSource;

/**
 * The evaluation view of a picture: resized to {@code resize} pixels, central crop of {@code size} x {@code size}
 * pixels, normalised.
 *
 * @param resize side after resizing in pixels, at least {@code size}; which side, {@code fit} says
 * @param size side of the view in pixels
 * @param interpolation filter of the resize, antialiased for downscaling
 * @param mean mean of each channel on the 0..1 scale
 * @param std standard deviation of each channel on the 0..1 scale
 * @param fit whether the resize keeps the picture's proportions
 */
public record PictureEvaluationView(
        int resize, int size, Interpolation interpolation, List<Double> mean, List<Double> std, Fit fit)
        implements EvaluationView {

    /** How a picture that is not square becomes one. */
    public enum Fit {
        /** The shorter side is resized and the centre cut out, so that proportions are kept. */
        CROP,
        /** Both sides are resized to the same length, so that the picture is distorted. */
        STRETCH
    }

    /** Creates a view that keeps the picture's proportions. */
    public PictureEvaluationView(
            int resize, int size, Interpolation interpolation, List<Double> mean, List<Double> std) {
        this(resize, size, interpolation, mean, std, Fit.CROP);
    }

    public PictureEvaluationView {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (size < 1 || resize < size) {
            throw new MmcrException(
                    "evaluation view: expected a size from 1 on and a resize that is no smaller, found size " + size
                            + " and resize " + resize + "; raise resize");
        }
        if (mean.size() != 3
                || std.size() != 3
                || std.stream().anyMatch(s -> !(s > 0))
                || Stream.concat(mean.stream(), std.stream()).anyMatch(value -> !Double.isFinite(value))) {
            throw new MmcrException(
                    "evaluation view: expected three means and three positive standard deviations, all finite, found "
                            + mean + " and " + std + "; ImageNet's are 0.485, 0.456, 0.406 and 0.229, 0.224, 0.225");
        }
    }

    /**
     * Returns the evaluation view of a recipe. Published sizes are 32 of 32 pixels for CIFAR, 64 of 70 for STL-10 and
     * 224 of 256 for ImageNet. Sizes below 64 follow CIFAR, sizes below 128 STL-10 in proportion, larger ones
     * ImageNet in proportion.
     */
    public static PictureEvaluationView of(PictureViewRecipe recipe) {
        return new PictureEvaluationView(
                resizeFor(recipe.size()), recipe.size(), recipe.interpolation(), recipe.mean(), recipe.std());
    }

    /** Returns the same view of another size. */
    public PictureEvaluationView withSize(int newResize, int newSize) {
        return new PictureEvaluationView(newResize, newSize, interpolation, mean, std, fit);
    }

    /** Returns the same view of another size; the margin around the crop scales with it. */
    public PictureEvaluationView withSize(int newSize) {
        return withSize(Math.max(newSize, Math.round((float) resize * newSize / size)), newSize);
    }

    /** Returns the same view with another normalisation. */
    public PictureEvaluationView withNormalisation(List<Double> newMean, List<Double> newStd) {
        return new PictureEvaluationView(resize, size, interpolation, newMean, newStd, fit);
    }

    /** Returns the length of a side of {@code length} pixels after the resize. */
    int resized(int length, int shorter) {
        return fit == Fit.STRETCH ? resize : (int) ((long) resize * length / shorter);
    }

    @Override
    public ViewShape shape() {
        return new ViewShape.Square(size);
    }

    @Override
    public Writer of(DataSource data) {
        return writer(data, 0.5, 0.5, false);
    }

    /** Returns a writer of another crop; the parameters are those of {@link PictureCrop}. */
    Writer writer(DataSource data, double down, double across, boolean mirrored) {
        PictureSource pictures = pictures(data);
        ThreadLocal<CropWriter> writers = ThreadLocal.withInitial(() -> new CropWriter(this, down, across, mirrored));
        return (index, target, offset) -> writers.get().write(pictures.picture(index), target, Math.toIntExact(offset));
    }

    private static PictureSource pictures(DataSource data) {
        if (data instanceof PictureSource pictures) {
            return pictures;
        }
        throw new MmcrException("expected pictures, found a table of numbers in " + data.location()
                + "; give data of the kind that the run was trained on");
    }

    /** Writes the view of {@code picture} as (size, size, 3) floats from index {@code offset} on. */
    public void write(Picture picture, FloatBuffer nhwc, long offset) {
        new CropWriter(this, 0.5, 0.5, false).write(picture, nhwc, Math.toIntExact(offset));
    }

    private static int resizeFor(int size) {
        if (size < 64) {
            return size;
        }
        return size < 128 ? Math.round(size * 70.0f / 64.0f) : Math.round(size * 256.0f / 224.0f);
    }
}
