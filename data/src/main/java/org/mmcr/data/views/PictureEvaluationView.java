package org.mmcr.data.views;

import java.nio.FloatBuffer;
import java.util.List;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.data.Picture;
import org.mmcr.data.PictureSource;

/**
 * The evaluation view of a picture: the shorter side resized to {@code resize} pixels, the central
 * {@code size} x {@code size} cut out, normalised.
 *
 * @param resize shorter side after resizing, pixels, at least {@code size}
 * @param size side of the view, pixels
 * @param interpolation filter of the resize, antialiased when shrinking
 * @param mean per-channel mean on the 0..1 scale
 * @param std per-channel standard deviation on the 0..1 scale
 */
public record PictureEvaluationView(
        int resize, int size, Interpolation interpolation, List<Double> mean, List<Double> std)
        implements EvaluationView {

    public PictureEvaluationView {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (size < 1 || resize < size) {
            throw new MmcrException(
                    "evaluation view: resize should be at least size, and size at least 1, but resize is " + resize
                            + " and size is " + size + "; raise resize");
        }
        if (mean.size() != 3 || std.size() != 3 || std.stream().anyMatch(s -> !(s > 0))) {
            throw new MmcrException(
                    "evaluation view: expected three means and three positive standard deviations, found " + mean
                            + " and " + std + "; ImageNet's are 0.485, 0.456, 0.406 and 0.229, 0.224, 0.225");
        }
    }

    /**
     * The evaluation view that belongs to a recipe, as published where there is one: none of its own below 64 pixels (CIFAR:
     * 32 of 32), 64 of 70 for STL-10 and in proportion below 128 pixels, 224 of 256 for ImageNet and in proportion from
     * there on.
     */
    public static PictureEvaluationView of(PictureViewRecipe recipe) {
        return new PictureEvaluationView(
                resizeFor(recipe.size()), recipe.size(), recipe.interpolation(), recipe.mean(), recipe.std());
    }

    @Override
    public ViewShape shape() {
        return new ViewShape.Square(size);
    }

    @Override
    public Writer of(DataSource data) {
        return writer(data, 0.5, 0.5, false);
    }

    /** The same cut out elsewhere: 0 at the top or left edge, 1 at the bottom or right; mirrored left for right or not. */
    Writer writer(DataSource data, double down, double across, boolean mirrored) {
        PictureSource pictures = pictures(data);
        ThreadLocal<PictureWindow> windows =
                ThreadLocal.withInitial(() -> new PictureWindow(this, down, across, mirrored));
        return (index, target, offset) -> windows.get().write(pictures.picture(index), target, Math.toIntExact(offset));
    }

    /** The source as one of pictures. */
    private static PictureSource pictures(DataSource data) {
        if (data instanceof PictureSource pictures) {
            return pictures;
        }
        throw new MmcrException("expected pictures, found a table of numbers in " + data.location()
                + "; give data of the kind that the run was trained on");
    }

    /**
     * Writes the view of {@code picture} as size x size x 3 floats (rows, columns, channels) from index {@code offset} of
     * {@code nhwc} on. Several threads may call it at once.
     */
    public void write(Picture picture, FloatBuffer nhwc, long offset) {
        new PictureWindow(this, 0.5, 0.5, false).write(picture, nhwc, Math.toIntExact(offset));
    }

    private static int resizeFor(int size) {
        if (size < 64) {
            return size;
        }
        return size < 128 ? Math.round(size * 70.0f / 64.0f) : Math.round(size * 256.0f / 224.0f);
    }
}
