package org.mmcr.report.page;

import java.nio.FloatBuffer;
import java.util.List;
import org.mmcr.data.Picture;
import org.mmcr.data.views.Interpolation;
import org.mmcr.data.views.PictureAugmenter;
import org.mmcr.data.views.PictureEvaluationView;
import org.mmcr.data.views.PictureViewRecipe;

/** Pictures and views as small squares of 0xRRGGBB pixels. */
public final class Thumbnails {
    private static final List<Double> ZERO = List.of(0.0, 0.0, 0.0);
    private static final List<Double> UNIT = List.of(1.0, 1.0, 1.0);

    private Thumbnails() {}

    /** Returns the centre square of a picture, side * side pixels. */
    public static int[] of(Picture picture, int side) {
        FloatBuffer levels = FloatBuffer.allocate(3 * side * side);
        new PictureEvaluationView(side, side, Interpolation.BILINEAR, ZERO, UNIT).write(picture, levels, 0);
        byte[] rgb = new byte[levels.capacity()];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) Math.round(255 * levels.get(i));
        }
        return pixels(new Picture(side, side, rgb), side);
    }

    /** Returns one random view as in training, scaled to the tile by repeating or skipping pixels. */
    static int[] ofView(
            PictureAugmenter augmenter,
            PictureViewRecipe recipe,
            Picture picture,
            long seed,
            int sample,
            int view,
            int side) {
        return pixels(augmenter.augment(recipe, picture, seed, 0, sample, view), side);
    }

    private static int[] pixels(Picture square, int side) {
        int from = square.width();
        byte[] rgb = square.rgb();
        int[] pixels = new int[side * side];
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int at = 3 * (y * from / side * from + x * from / side);
                pixels[y * side + x] = (rgb[at] & 0xff) << 16 | (rgb[at + 1] & 0xff) << 8 | (rgb[at + 2] & 0xff);
            }
        }
        return pixels;
    }
}
