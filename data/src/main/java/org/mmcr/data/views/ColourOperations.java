package org.mmcr.data.views;

/**
 * Colour operations on levels 0..255, in place, as in torchvision on Pillow pictures. Grey is
 * {@code 0.299 R + 0.587 G + 0.114 B}. Each result is a whole level in 0..255: blends are truncated and other results
 * rounded, as in Pillow. Loops are flat and free of branches, so that the JIT vectorises them.
 */
final class ColourOperations {
    private static final float TOP = 255.0f;
    private static final float RED = 0.299f;
    private static final float GREEN = 0.587f;
    private static final float BLUE = 0.114f;
    /** Adding and subtracting 1.5 * 2^23 rounds a float below 2^22 to the nearest whole number. */
    private static final float ROUNDING = 0x1.8p23f;
    /** Slightly less than half a level: subtracting it before rounding truncates to the whole number below. */
    private static final float TRUNCATION = 0.4999f;
    /** Keeps quotients of black and grey pixels finite; far below the distance of two levels. */
    private static final float TINY = 1e-6f;
    /** Turns a difference of levels into its sign, -1 or 1, by multiplication and clamping. */
    private static final float HUGE = 1e30f;
    /** Pillow stores a hue in one byte: 255 steps around the wheel, but a shift wraps at 256. */
    private static final float HUE_STEPS = 255.0f;

    private static final float HUE_WRAP = 256.0f;
    private static final float SIXTH = HUE_STEPS / 6.0f;

    private ColourOperations() {}

    /** Multiplies every level by {@code factor}. */
    static void brightness(PlanarPicture picture, float factor) {
        blend(picture.red, factor, 0.0f);
        blend(picture.green, factor, 0.0f);
        blend(picture.blue, factor, 0.0f);
    }

    /** Moves every level away from ({@code factor > 1}) or towards the picture's mean grey, which is rounded. */
    static void contrast(PlanarPicture picture, float factor) {
        float pivot = (float) Math.floor(meanGrey(picture) + 0.5);
        float shift = (1.0f - factor) * pivot;
        blend(picture.red, factor, shift);
        blend(picture.green, factor, shift);
        blend(picture.blue, factor, shift);
    }

    /** Moves every pixel away from or towards its own grey. */
    static void saturation(PlanarPicture picture, float factor) {
        grey(picture, picture.scratch);
        blend(picture.red, factor, picture.scratch);
        blend(picture.green, factor, picture.scratch);
        blend(picture.blue, factor, picture.scratch);
    }

    /** Replaces every channel by the grey. */
    static void grayscale(PlanarPicture picture) {
        grey(picture, picture.scratch);
        System.arraycopy(picture.scratch, 0, picture.red, 0, picture.pixels);
        System.arraycopy(picture.scratch, 0, picture.green, 0, picture.pixels);
        System.arraycopy(picture.scratch, 0, picture.blue, 0, picture.pixels);
    }

    /** Inverts every level from {@code threshold} up. */
    static void solarize(PlanarPicture picture, float threshold) {
        solarize(picture.red, threshold);
        solarize(picture.green, threshold);
        solarize(picture.blue, threshold);
    }

    /**
     * Turns the hue by {@code turns} of the colour wheel at constant HSV saturation and value, with the byte
     * resolution of Pillow's HSV pictures.
     *
     * <p>With channels scaled to 0 (lowest) .. 1 (highest), the distance of a pixel's hue from red, in sixths of the
     * wheel, is {@code 1 - r + g + b}; the sign of {@code g - b} gives its side. The inverse of a channel is {@code
     * low + chroma * clamp(2 - distance of the hue from that channel's hue)}.
     */
    static void hue(PlanarPicture picture, float turns) {
        float[] low = picture.scratch;
        float[] chroma = picture.scratch2;
        float[] hue = picture.scratch3;
        extremes(picture.red, picture.green, picture.blue, low, chroma);
        shiftedHue(picture, low, chroma, hue, (int) (turns * HUE_STEPS));
        wholeSaturation(low, chroma);
        fromHue(low, chroma, hue, 0.0f, picture.red);
        fromHue(low, chroma, hue, -2.0f, picture.green);
        fromHue(low, chroma, hue, 2.0f, picture.blue);
    }

    private static void extremes(float[] red, float[] green, float[] blue, float[] lowest, float[] highest) {
        for (int i = 0; i < red.length; i++) {
            lowest[i] = Math.min(red[i], Math.min(green[i], blue[i]));
            highest[i] = Math.max(red[i], Math.max(green[i], blue[i]));
        }
    }

    private static void shiftedHue(PlanarPicture picture, float[] lowest, float[] highest, float[] hue, float shift) {
        float[] red = picture.red;
        float[] green = picture.green;
        float[] blue = picture.blue;
        for (int i = 0; i < red.length; i++) {
            float side = Math.max(-1.0f, Math.min(1.0f, (green[i] - blue[i]) * HUGE + 1.0f));
            float away = (green[i] + blue[i] - red[i] - lowest[i]) / (highest[i] - lowest[i] + TINY);
            float sixths = side * (1.0f + away) + 3.0f - 3.0f * side;
            hue[i] = truncated(sixths * SIXTH) + shift;
        }
        for (int i = 0; i < red.length; i++) {
            hue[i] = (hue[i] - HUE_WRAP * truncated(hue[i] / HUE_WRAP)) / SIXTH;
        }
    }

    /** Replaces the highest level by the chroma, with the saturation truncated to a whole 255th. */
    private static void wholeSaturation(float[] low, float[] chroma) {
        for (int i = 0; i < low.length; i++) {
            float value = chroma[i];
            float saturation = truncated(TOP * (value - low[i]) / (value + TINY)) / TOP;
            chroma[i] = value * saturation;
            low[i] = value - value * saturation;
        }
    }

    /** Computes a channel from the hue; {@code turn} brings the channel's own hue to 0. */
    private static void fromHue(float[] low, float[] chroma, float[] hue, float turn, float[] channel) {
        for (int i = 0; i < low.length; i++) {
            float once = Math.abs(hue[i] + turn);
            float distance = Math.min(once, Math.abs(once - 6.0f));
            float weight = Math.max(0.0f, Math.min(1.0f, 2.0f - distance));
            channel[i] = rounded(low[i] + chroma[i] * weight);
        }
    }

    /** Clamps to 0..255 and rounds to whole levels, the last step of a resize. */
    static void toLevels(PlanarPicture picture) {
        toLevels(picture.red, picture.pixels);
        toLevels(picture.green, picture.pixels);
        toLevels(picture.blue, picture.pixels);
    }

    static void toLevels(float[] levels, int length) {
        for (int i = 0; i < length; i++) {
            levels[i] = rounded(clamped(levels[i]));
        }
    }

    /** Returns the nearest whole number. */
    static float rounded(float level) {
        return (level + ROUNDING) - ROUNDING;
    }

    private static void blend(float[] levels, float factor, float shift) {
        for (int i = 0; i < levels.length; i++) {
            levels[i] = truncated(clamped(factor * levels[i] + shift));
        }
    }

    private static void blend(float[] levels, float factor, float[] other) {
        float rest = 1.0f - factor;
        for (int i = 0; i < levels.length; i++) {
            levels[i] = truncated(clamped(factor * levels[i] + rest * other[i]));
        }
    }

    private static void solarize(float[] levels, float threshold) {
        for (int i = 0; i < levels.length; i++) {
            float level = levels[i];
            levels[i] = level >= threshold ? TOP - level : level;
        }
    }

    private static void grey(PlanarPicture picture, float[] target) {
        float[] r = picture.red;
        float[] g = picture.green;
        float[] b = picture.blue;
        for (int i = 0; i < r.length; i++) {
            target[i] = rounded(RED * r[i] + GREEN * g[i] + BLUE * b[i]);
        }
    }

    /** Returns the mean grey, by adding halves: faster and more accurate than a running sum. */
    private static double meanGrey(PlanarPicture picture) {
        float[] sums = picture.scratch;
        grey(picture, sums);
        int length = picture.pixels;
        while (length > 1) {
            int kept = (length + 1) / 2;
            fold(sums, kept, length - kept);
            length = kept;
        }
        return sums[0] / (double) picture.pixels;
    }

    private static void fold(float[] sums, int from, int length) {
        for (int i = 0; i < length; i++) {
            sums[i] += sums[from + i];
        }
    }

    /** Clamps to 0..255; faster than Math.min and Math.max, which handle NaN and -0. */
    private static float clamped(float level) {
        return 0.5f * (Math.abs(level) - Math.abs(level - TOP) + TOP);
    }

    private static float truncated(float level) {
        return (level - TRUNCATION + ROUNDING) - ROUNDING;
    }
}
