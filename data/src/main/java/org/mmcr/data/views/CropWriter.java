package org.mmcr.data.views;

import java.nio.FloatBuffer;
import org.mmcr.data.Picture;

/**
 * Writes one kind of evaluation view: a crop of the resized picture, normalised. Resampling tables are reused for
 * pictures of one size; a picture that needs no resizing is cropped and normalised by table lookup. Holds scratch
 * memory; not thread-safe.
 */
final class CropWriter {
    private final PictureEvaluationView view;
    private final double down;
    private final double across;
    private final boolean mirrored;
    private final Normalisation normalisation;
    private final float[] red;
    private final float[] green;
    private final float[] blue;
    private final Resampler resampler = new Resampler();
    private final PlanarPicture planes;
    private final float[] copy;
    private int height;
    private int width;
    private ResampleAxis rows;
    private ResampleAxis columns;

    /** Creates a writer; the parameters are those of {@link PictureCrop}. */
    CropWriter(PictureEvaluationView view, double down, double across, boolean mirrored) {
        this.view = view;
        this.down = down;
        this.across = across;
        this.mirrored = mirrored;
        normalisation = new Normalisation(view.mean(), view.std());
        red = normalisation.levels(0);
        green = normalisation.levels(1);
        blue = normalisation.levels(2);
        planes = new PlanarPicture(view.size(), view.size());
        copy = new float[3 * view.size() * view.size()];
        rows = ResampleAxis.of(view.interpolation(), view.size(), view.size(), 0, view.size());
        columns = rows;
    }

    /** Writes (size, size, 3) floats from index {@code offset} of {@code nhwc} on. */
    void write(Picture picture, FloatBuffer nhwc, int offset) {
        int shorter = Math.min(picture.height(), picture.width());
        if (view.resized(picture.height(), shorter) == picture.height()
                && view.resized(picture.width(), shorter) == picture.width()) {
            copy(picture, first(picture.height(), down), first(picture.width(), across));
            nhwc.put(offset, copy);
        } else {
            resize(picture);
            planes.write(normalisation, nhwc, offset);
        }
    }

    private void copy(Picture picture, int top, int left) {
        int size = view.size();
        byte[] rgb = picture.rgb();
        // Two loops: with a stride that is no constant the compiler keeps the bounds checks.
        for (int y = 0; y < size; y++) {
            int from = 3 * ((top + y) * picture.width() + left);
            int to = 3 * y * size;
            if (mirrored) {
                for (int x = 0; x < size; x++) {
                    copy[to + 3 * (size - 1 - x)] = red[rgb[from + 3 * x] & 0xFF];
                    copy[to + 3 * (size - 1 - x) + 1] = green[rgb[from + 3 * x + 1] & 0xFF];
                    copy[to + 3 * (size - 1 - x) + 2] = blue[rgb[from + 3 * x + 2] & 0xFF];
                }
            } else {
                for (int x = 0; x < size; x++) {
                    copy[to + 3 * x] = red[rgb[from + 3 * x] & 0xFF];
                    copy[to + 3 * x + 1] = green[rgb[from + 3 * x + 1] & 0xFF];
                    copy[to + 3 * x + 2] = blue[rgb[from + 3 * x + 2] & 0xFF];
                }
            }
        }
    }

    private void resize(Picture picture) {
        if (picture.height() != height || picture.width() != width) {
            height = picture.height();
            width = picture.width();
            int shorter = Math.min(height, width);
            rows = axis(height, shorter, down);
            ResampleAxis across = axis(width, shorter, this.across);
            columns = mirrored ? across.reversed() : across;
        }
        CropBox whole = new CropBox(0, 0, height, width);
        resampler.resize(picture, whole, rows, columns, view.interpolation() == Interpolation.BICUBIC, planes);
    }

    private ResampleAxis axis(int length, int shorter, double position) {
        int resized = view.resized(length, shorter);
        return ResampleAxis.of(view.interpolation(), length, resized, first(resized, position), view.size());
    }

    private int first(int resized, double position) {
        return (int) Math.rint((resized - view.size()) * position);
    }
}
