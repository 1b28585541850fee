package org.mmcr.report.inspect;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Map;
import org.mmcr.data.Picture;
import org.mmcr.data.PictureSource;

/**
 * Counts over some pictures of a source. Everything is whole numbers, so the order in which tallies are added is all
 * one.
 */
final class Tally {
    final Map<String, Integer> modes = new HashMap<>();
    final Map<Size, Integer> sizes = new HashMap<>();
    final long[] sum = new long[3];
    /** Room for squares of 255 over 10^14 pixels. */
    final long[] squares = new long[3];

    long pixels;

    record Size(int height, int width) {}

    /** Two pictures with one digest are the same for all practical purposes: 128 bits of SHA-256. */
    record Digest(long high, long low) {}

    /** Adds a picture and returns the digest of its pixels. */
    Digest add(PictureSource source, int index) {
        Picture picture = source.picture(index);
        modes.merge(source.mode(index), 1, Integer::sum);
        sizes.merge(new Size(picture.height(), picture.width()), 1, Integer::sum);
        byte[] rgb = picture.rgb();
        long[] s = new long[3];
        long[] q = new long[3];
        for (int i = 0; i < rgb.length; i += 3) {
            for (int c = 0; c < 3; c++) {
                int value = rgb[i + c] & 0xff;
                s[c] += value;
                q[c] += (long) value * value;
            }
        }
        for (int c = 0; c < 3; c++) {
            sum[c] += s[c];
            squares[c] += q[c];
        }
        pixels += rgb.length / 3;
        return digest(picture);
    }

    void add(Tally other) {
        other.modes.forEach((mode, count) -> modes.merge(mode, count, Integer::sum));
        other.sizes.forEach((size, count) -> sizes.merge(size, count, Integer::sum));
        for (int c = 0; c < 3; c++) {
            sum[c] += other.sum[c];
            squares[c] += other.squares[c];
        }
        pixels += other.pixels;
    }

    double mean(int channel) {
        return sum[channel] / (255.0 * pixels);
    }

    /** Population standard deviation. */
    double std(int channel) {
        double mean = (double) sum[channel] / pixels;
        return Math.sqrt(Math.max(0, (double) squares[channel] / pixels - mean * mean)) / 255;
    }

    private static Digest digest(Picture picture) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(ByteBuffer.allocate(8)
                    .putInt(picture.height())
                    .putInt(picture.width())
                    .array());
            ByteBuffer bytes = ByteBuffer.wrap(sha.digest(picture.rgb()));
            return new Digest(bytes.getLong(), bytes.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
