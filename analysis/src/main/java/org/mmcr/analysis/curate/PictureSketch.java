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
     * Returns the largest correlation of the grey details of both pictures over scales and shifts, 0 to 1. Brightness
     * and contrast change nothing.
     *
     * @param mirrored whether the mirror image counts too
     */
    double likeness(PictureSketch other, boolean mirrored) {
        float[] mine = DetailAlignment.details(grey);
        double best = Math.max(0, DetailAlignment.correlation(mine, DetailAlignment.details(other.grey)));
        return mirrored
                ? Math.max(best, DetailAlignment.correlation(mine, DetailAlignment.details(mirror(other.grey))))
                : best;
    }

    private static byte[] mirror(byte[] grey) {
        byte[] mirrored = new byte[grey.length];
        for (int i = 0; i < grey.length; i++) {
            mirrored[i] = grey[i / SIDE * SIDE + SIDE - 1 - i % SIDE];
        }
        return mirrored;
    }
}
