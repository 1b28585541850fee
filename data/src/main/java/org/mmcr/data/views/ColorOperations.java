package org.mmcr.data.views;

/**
 * Colour operations on levels 0..255, in place, with the meaning they have in torchvision on Pillow pictures: gray is
 * {@code 0.299 R + 0.587 G + 0.114 B}, and each result is a whole level in 0..255, blends cut downwards and the others
 * rounded, as Pillow does. Loops are flat and free of branches, so that the JIT turns them into vector instructions.
 */
final class ColorOperations {
    private static final float TOP = 255.0f;
    private static final float RED = 0.299f;
    private static final float GREEN = 0.587f;
    private static final float BLUE = 0.114f;
    /** Adding and subtracting 1.5 * 2^23 rounds a float below 2^22 to the nearest whole number. */
    private static final float ROUNDING = 0x1.8p23f;
    /** Half a level less a little: rounding what is left after subtracting it cuts to the whole number below. */
    private static final float CUT = 0.4999f;
    /** Keeps quotients of black and gray pixels finite; far below the distance of two levels. */
    private static final float TINY = 1e-6f;
    /** Turns the sign of a difference of levels into -1 or 1 by multiplication and clamping. */
    private static final float HUGE = 1e30f;
    /** Pillow keeps a hue in one byte: 255 steps around the wheel, but a shift wraps at 256. */
    private static final float HUE_STEPS = 255.0f;

    private static final float HUE_WRAP = 256.0f;
    private static final float SIXTH = HUE_STEPS / 6.0f;

    private ColorOperations() {}

    /** Multiplies every level by {@code factor}. */
    static void brightness(PlanarPicture picture, float factor) {
        blend(picture.red, factor, 0.0f);
        blend(picture.green, factor, 0.0f);
        blend(picture.blue, factor, 0.0f);
    }

    /** Moves every level away from ({@code factor > 1}) or towards the picture's mean gray, a whole level. */
    static void contrast(PlanarPicture picture, float factor) {
        float pivot = (float) Math.floor(meanGray(picture) + 0.5);
        float shift = (1.0f - factor) * pivot;
        blend(picture.red, factor, shift);
        blend(picture.green, factor, shift);
        blend(picture.blue, factor, shift);
    }

    /** Moves every pixel away from or towards its own gray. */
    static void saturation(PlanarPicture picture, float factor) {
        gray(picture, picture.scratch);
        blend(picture.red, factor, picture.scratch);
        blend(picture.green, factor, picture.scratch);
        blend(picture.blue, factor, picture.scratch);
    }

    /** Replaces every channel by the gray. */
    static void grayscale(PlanarPicture picture) {
        gray(picture, picture.scratch);
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
     * Turns the colour wheel by {@code turns} (1 is once around) at constant HSV saturation and value, with the byte
     * resolution of Pillow's HSV pictures.
     *
     * <p>With channels scaled to 0 (lowest) .. 1 (highest), the distance of a pixel's hue from red, in sixths of the wheel,
     * is {@code 1 - r + g + b}, on the side that the sign of {@code g - b} says. Backwards, a channel is
     * {@code low + chroma * clamp(2 - distance of the hue from that channel's)}.
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
            hue[i] = cut(sixths * SIXTH) + shift;
        }
        for (int i = 0; i < red.length; i++) {
            hue[i] = (hue[i] - HUE_WRAP * cut(hue[i] / HUE_WRAP)) / SIXTH;
        }
    }

    /** Lowest and highest level in, lowest level and chroma out, with the saturation cut to a whole 255th. */
    private static void wholeSaturation(float[] low, float[] chroma) {
        for (int i = 0; i < low.length; i++) {
            float value = chroma[i];
            float saturation = cut(TOP * (value - low[i]) / (value + TINY)) / TOP;
            chroma[i] = value * saturation;
            low[i] = value - value * saturation;
        }
    }

    /** A channel from hue; {@code turn} brings the channel's own hue to 0. */
    private static void fromHue(float[] low, float[] chroma, float[] hue, float turn, float[] channel) {
        for (int i = 0; i < low.length; i++) {
            float once = Math.abs(hue[i] + turn);
            float distance = Math.min(once, Math.abs(once - 6.0f));
            float share = Math.max(0.0f, Math.min(1.0f, 2.0f - distance));
            channel[i] = rounded(low[i] + chroma[i] * share);
        }
    }

    /** Cuts off what lies outside 0..255 and rounds to whole levels, which is how a resize ends. */
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

    /** The nearest whole number. */
    static float rounded(float level) {
        return (level + ROUNDING) - ROUNDING;
    }

    private static void blend(float[] levels, float factor, float shift) {
        for (int i = 0; i < levels.length; i++) {
            levels[i] = cut(clamped(factor * levels[i] + shift));
        }
    }

    private static void blend(float[] levels, float factor, float[] other) {
        float rest = 1.0f - factor;
        for (int i = 0; i < levels.length; i++) {
            levels[i] = cut(clamped(factor * levels[i] + rest * other[i]));
        }
    }

    private static void solarize(float[] levels, float threshold) {
        for (int i = 0; i < levels.length; i++) {
            float level = levels[i];
            levels[i] = level >= threshold ? TOP - level : level;
        }
    }

    private static void gray(PlanarPicture picture, float[] target) {
        float[] r = picture.red;
        float[] g = picture.green;
        float[] b = picture.blue;
        for (int i = 0; i < r.length; i++) {
            target[i] = rounded(RED * r[i] + GREEN * g[i] + BLUE * b[i]);
        }
    }

    /** Mean gray; halves are folded onto each other, which vectorises where a running sum would not, and rounds less. */
    private static double meanGray(PlanarPicture picture) {
        float[] sums = picture.scratch;
        gray(picture, sums);
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

    /** To 0..255; as fast as three additions are, where Math.min and Math.max pay for their care about NaN and -0. */
    private static float clamped(float level) {
        return 0.5f * (Math.abs(level) - Math.abs(level - TOP) + TOP);
    }

    private static float cut(float level) {
        return (level - CUT + ROUNDING) - ROUNDING;
    }
}
