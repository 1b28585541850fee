package org.mmcr.report.page;

import java.nio.FloatBuffer;
import java.util.List;
import org.mmcr.data.Picture;
import org.mmcr.data.views.Interpolation;
import org.mmcr.data.views.PictureEvaluationView;
import org.mmcr.data.views.PictureViewRecipe;
import org.mmcr.data.views.ViewMaker;

/** Pictures and views as small squares of 0xRRGGBB pixels. */
final class Thumbnails {
    private static final List<Double> NONE = List.of(0.0, 0.0, 0.0);
    private static final List<Double> UNIT = List.of(1.0, 1.0, 1.0);

    private Thumbnails() {}

    /** The centre square of a picture. */
    static int[] of(Picture picture, int side) {
        PictureEvaluationView view = new PictureEvaluationView(side, side, Interpolation.BILINEAR, NONE, UNIT);
        FloatBuffer levels = FloatBuffer.allocate(3 * side * side);
        view.write(picture, levels, 0);
        return pixels(levels.array(), side, side, NONE, UNIT);
    }

    /** One random view as in training, scaled to the tile by repeating or skipping pixels. */
    static int[] ofView(
            ViewMaker maker, PictureViewRecipe recipe, Picture picture, long seed, int sample, int view, int side) {
        FloatBuffer levels = FloatBuffer.allocate(3 * recipe.size() * recipe.size());
        maker.make(recipe, picture, seed, 0, sample, view, levels, 0);
        return pixels(levels.array(), recipe.size(), side, recipe.mean(), recipe.std());
    }

    private static int[] pixels(float[] nhwc, int from, int side, List<Double> mean, List<Double> std) {
        int[] pixels = new int[side * side];
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int at = 3 * (y * from / side * from + x * from / side);
                int rgb = 0;
                for (int channel = 0; channel < 3; channel++) {
                    double level = nhwc[at + channel] * std.get(channel) + mean.get(channel);
                    rgb = rgb << 8 | (int) Math.round(255 * Math.max(0, Math.min(1, level)));
                }
                pixels[y * side + x] = rgb;
            }
        }
        return pixels;
    }
}
