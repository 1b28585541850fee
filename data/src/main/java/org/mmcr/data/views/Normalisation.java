package org.mmcr.data.views;

import java.util.List;

/** Normalises channels: {@code (level / 255 - mean) / std} as one multiply-add on levels 0..255. */
final class Normalisation {
    private static final int LEVELS = 256;

    final float[] scale = new float[3];
    final float[] shift = new float[3];

    Normalisation(List<Double> mean, List<Double> std) {
        for (int c = 0; c < 3; c++) {
            scale[c] = (float) (1.0 / ((LEVELS - 1) * std.get(c)));
            shift[c] = (float) (-mean.get(c) / std.get(c));
        }
    }

    /** Returns the normalised value of each whole level of a channel. */
    float[] levels(int channel) {
        float[] normalised = new float[LEVELS];
        for (int level = 0; level < LEVELS; level++) {
            normalised[level] = level * scale[channel] + shift[channel];
        }
        return normalised;
    }
}
