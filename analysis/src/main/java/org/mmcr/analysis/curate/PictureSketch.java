package org.mmcr.analysis.curate;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mmcr.data.Picture;
import org.mmcr.data.views.Interpolation;
import org.mmcr.data.views.PictureEvaluationView;

/**
 * A small grey copy of a picture, for comparisons of two pictures' content.
 *
 * @param grey luminance of the central square, 0 to 255, {@value #SIDE} rows of {@value #SIDE} values
 * @param high upper half of the first 128 bits of the SHA-256 of size and pixels; equal digests are equal pictures
 * @param low lower half
 * @param uniform whether the picture is nearly of one colour
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PictureSketch(byte[] grey, long high, long low, boolean uniform) {
    static final int SIDE = 32;

    private static final List<Double> ZERO = List.of(0.0, 0.0, 0.0);
    private static final List<Double> UNIT = List.of(1.0, 1.0, 1.0);
    /** Largest difference of two levels in a channel, out of 255, of a uniform picture. */
    private static final int UNIFORM = 4;
    /** Side of the compared crops. */
    private static final int COMPARED = 16;
    /** Sides of the crops that are tried, in fractions of the picture's. */
    private static final double[] SCALES = {1, 0.95, 0.9, 0.85, 0.8};
    /** Sum of squared deviations of levels that is a constant picture. */
    private static final double CONSTANT = 1e-4;
    /** Correlation of the whole pictures below which no crop is tried. */
    private static final double HOPELESS = 0.4;

    static PictureSketch of(Picture picture) {
        FloatBuffer levels = FloatBuffer.allocate(3 * SIDE * SIDE);
        new PictureEvaluationView(SIDE, SIDE, Interpolation.BILINEAR, ZERO, UNIT).write(picture, levels, 0);
        byte[] grey = new byte[SIDE * SIDE];
        for (int i = 0; i < grey.length; i++) {
            double level = 0.299 * levels.get(3 * i) + 0.587 * levels.get(3 * i + 1) + 0.114 * levels.get(3 * i + 2);
            grey[i] = (byte) Math.round(255 * level);
        }
        ByteBuffer digest = digest(picture);
        return new PictureSketch(grey, digest.getLong(), digest.getLong(), uniform(picture.rgb()));
    }

    private static boolean uniform(byte[] rgb) {
        int[] least = {255, 255, 255};
        int[] most = new int[3];
        for (int i = 0; i < rgb.length; i++) {
            int value = rgb[i] & 0xff;
            least[i % 3] = Math.min(least[i % 3], value);
            most[i % 3] = Math.max(most[i % 3], value);
        }
        return most[0] - least[0] <= UNIFORM && most[1] - least[1] <= UNIFORM && most[2] - least[2] <= UNIFORM;
    }

    private static ByteBuffer digest(Picture picture) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(ByteBuffer.allocate(8)
                    .putInt(picture.height())
                    .putInt(picture.width())
                    .array());
            return ByteBuffer.wrap(sha.digest(picture.rgb()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Returns for each picture of a part {@code [from, to)} of the list the index of the first with equal content. */
    static int[] firsts(List<PictureSketch> sketches, int from, int to) {
        record Content(long high, long low) {}
        Map<Content, Integer> seen = new HashMap<>();
        int[] firsts = new int[to - from];
        for (int i = from; i < to; i++) {
            Integer before = seen.putIfAbsent(new Content(sketches.get(i).high, sketches.get(i).low), i);
            firsts[i - from] = before == null ? i : before;
        }
        return firsts;
    }

    boolean sameContent(PictureSketch other) {
        return high == other.high && low == other.low;
    }

    /**
     * Returns the largest correlation of the grey levels of one picture with a crop of the other, 0 to 1. Brightness
     * and contrast change nothing.
     *
     * @param mirrored whether the mirror image counts too
     */
    double likeness(PictureSketch other, boolean mirrored) {
        double best = Math.max(0, likeness(other.grey));
        return mirrored ? Math.max(best, likeness(mirror(other.grey))) : best;
    }

    private double likeness(byte[] other) {
        float[] mine = crop(grey, 1, 0, 0);
        float[] whole = crop(other, 1, 0, 0);
        double best = correlation(mine, whole);
        if (best < HOPELESS) {
            return best;
        }
        for (double scale : SCALES) {
            for (int y = 0; y <= 2; y++) {
                for (int x = 0; x <= 2; x++) {
                    double top = (1 - scale) * y / 2;
                    double left = (1 - scale) * x / 2;
                    best = Math.max(best, correlation(mine, crop(other, scale, top, left)));
                    best = Math.max(best, correlation(crop(grey, scale, top, left), whole));
                }
            }
        }
        return best;
    }

    /** Bilinear samples of a square of side {@code scale} at {@code top} and {@code left}, in fractions. */
    private static float[] crop(byte[] from, double scale, double top, double left) {
        float[] crop = new float[COMPARED * COMPARED];
        for (int y = 0; y < COMPARED; y++) {
            double row = Math.min(SIDE - 1.001, Math.max(0, SIDE * (top + scale * (y + 0.5) / COMPARED) - 0.5));
            for (int x = 0; x < COMPARED; x++) {
                double column = Math.min(SIDE - 1.001, Math.max(0, SIDE * (left + scale * (x + 0.5) / COMPARED) - 0.5));
                int y0 = (int) row;
                int x0 = (int) column;
                int at = y0 * SIDE + x0;
                double down = row - y0;
                double across = column - x0;
                crop[y * COMPARED + x] =
                        (float) ((1 - down) * ((1 - across) * level(from, at) + across * level(from, at + 1))
                                + down * ((1 - across) * level(from, at + SIDE) + across * level(from, at + SIDE + 1)));
            }
        }
        return crop;
    }

    private static int level(byte[] grey, int at) {
        return grey[at] & 0xff;
    }

    private static byte[] mirror(byte[] grey) {
        byte[] mirrored = new byte[grey.length];
        for (int i = 0; i < grey.length; i++) {
            mirrored[i] = grey[i / SIDE * SIDE + SIDE - 1 - i % SIDE];
        }
        return mirrored;
    }

    /** Pearson's correlation; 0 if one of them is constant. */
    private static double correlation(float[] a, float[] b) {
        double meanA = 0;
        double meanB = 0;
        for (int i = 0; i < a.length; i++) {
            meanA += a[i];
            meanB += b[i];
        }
        meanA /= a.length;
        meanB /= b.length;
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            ab += (a[i] - meanA) * (b[i] - meanB);
            aa += (a[i] - meanA) * (a[i] - meanA);
            bb += (b[i] - meanB) * (b[i] - meanB);
        }
        return aa < CONSTANT || bb < CONSTANT ? 0 : ab / Math.sqrt(aa * bb);
    }
}
