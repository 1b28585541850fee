package org.mmcr.views;

import java.util.List;

/** {@code (level / 255 - mean) / std} per channel, as one multiply-add on levels 0..255. */
final class Normalization {
    private static final double LEVELS = 255.0;

    final float[] scale = new float[3];
    final float[] shift = new float[3];

    Normalization(List<Double> mean, List<Double> std) {
        for (int c = 0; c < 3; c++) {
            scale[c] = (float) (1.0 / (LEVELS * std.get(c)));
            shift[c] = (float) (-mean.get(c) / std.get(c));
        }
    }
}
