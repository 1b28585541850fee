package org.mmcr.data.views;

/**
 * Pillow's Gaussian blur: three passes of a box filter along rows and three along columns. The two outermost taps of
 * the box have a fractional weight, so that the variance is exactly sigma squared (Gwosdek, Grewenig, Bruhn and
 * Weickert 2011). The border pixel is repeated, and each pass rounds to whole levels. Cost O(pixels * sigma).
 */
final class GaussianBlur {
    private static final int PASSES = 3;

    private GaussianBlur() {}

    /** Blurs all three planes in place. */
    static void apply(PlanarPicture picture, double sigma) {
        if (sigma <= 0.0) {
            return;
        }
        double radius = boxRadius(sigma);
        blur(picture, picture.red, radius);
        blur(picture, picture.green, radius);
        blur(picture, picture.blue, radius);
    }

    /** Returns the half-width of the box; its fraction is the relative weight of the outermost taps. */
    private static double boxRadius(double sigma) {
        double variance = sigma * sigma / PASSES;
        double whole = Math.floor((Math.sqrt(12.0 * variance + 1.0) - 1.0) / 2.0);
        double fraction = (2.0 * whole + 1.0)
                * (whole * (whole + 1.0) - 3.0 * variance)
                / (6.0 * (variance - (whole + 1.0) * (whole + 1.0)));
        return whole + fraction;
    }

    private static void blur(PlanarPicture picture, float[] plane, double radius) {
        int reach = (int) radius;
        float inner = (float) (1.0 / (2.0 * radius + 1.0));
        float outer = (float) ((radius - reach) / (2.0 * radius + 1.0));
        float[] from = plane;
        float[] to = picture.scratch;
        // The number of passes is even, so the result ends in the plane it started from.
        for (int pass = 0; pass < 2 * PASSES; pass++) {
            if (pass < PASSES) {
                smooth(from, to, 1, reach + 1, inner, outer);
                fixColumns(from, to, picture, reach + 1, inner, outer);
            } else {
                smooth(from, to, picture.width, reach + 1, inner, outer);
                fixRows(from, to, picture, reach + 1, inner, outer);
            }
            float[] swap = from;
            from = to;
            to = swap;
        }
    }

    /** Filters the flat plane once; correct where all neighbours at multiples of {@code stride} lie inside. */
    private static void smooth(float[] from, float[] to, int stride, int reach, float inner, float outer) {
        int margin = reach * stride;
        int end = from.length - margin;
        for (int i = margin; i < end; i++) {
            to[i] = inner * from[i];
        }
        for (int k = 1; k <= reach; k++) {
            addPair(from, to, margin, end, k * stride, k == reach ? outer : inner);
        }
        for (int i = margin; i < end; i++) {
            to[i] = ColourOperations.rounded(to[i]);
        }
    }

    private static void addPair(float[] from, float[] to, int start, int end, int distance, float weight) {
        for (int i = start; i < end; i++) {
            to[i] += weight * (from[i - distance] + from[i + distance]);
        }
    }

    private static void fixColumns(
            float[] from, float[] to, PlanarPicture picture, int reach, float inner, float outer) {
        int width = picture.width;
        int margin = Math.min(reach, width);
        for (int row = 0; row < from.length; row += width) {
            for (int x = 0; x < margin; x++) {
                to[row + x] = clipped(from, row, 1, x, width, reach, inner, outer);
            }
            for (int x = Math.max(margin, width - margin); x < width; x++) {
                to[row + x] = clipped(from, row, 1, x, width, reach, inner, outer);
            }
        }
    }

    private static void fixRows(float[] from, float[] to, PlanarPicture picture, int reach, float inner, float outer) {
        int width = picture.width;
        int height = picture.height;
        for (int y = 0; y < height; y++) {
            if (y >= reach && y < height - reach) {
                continue;
            }
            for (int x = 0; x < width; x++) {
                to[y * width + x] = clipped(from, x, width, y, height, reach, inner, outer);
            }
        }
    }

    /** Filters one position of the line {@code base + i * stride}, with indices clipped to its ends. */
    private static float clipped(
            float[] from, int base, int stride, int position, int length, int reach, float inner, float outer) {
        float sum = inner * from[base + position * stride];
        for (int k = 1; k <= reach; k++) {
            float before = from[base + Math.max(0, position - k) * stride];
            float after = from[base + Math.min(length - 1, position + k) * stride];
            sum += (k == reach ? outer : inner) * (before + after);
        }
        return ColourOperations.rounded(sum);
    }
}
