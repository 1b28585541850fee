package org.mmcr.views;

import java.nio.FloatBuffer;

/**
 * A view in the making: three planes of {@code height * width} floats on the 0..255 scale, plus one plane of scratch.
 * Planes, because every colour operation is then a loop over flat arrays, which the JIT turns into vector instructions.
 */
final class PlanarPicture {
    final int height;
    final int width;
    final int pixels;
    final float[] red;
    final float[] green;
    final float[] blue;
    final float[] scratch;
    private final float[] interleaved;

    PlanarPicture(int height, int width) {
        this.height = height;
        this.width = width;
        this.pixels = height * width;
        this.red = new float[pixels];
        this.green = new float[pixels];
        this.blue = new float[pixels];
        this.scratch = new float[pixels];
        this.interleaved = new float[3 * pixels];
    }

    /** Writes the picture, normalised, as height x width x 3 floats from index {@code offset} of {@code nhwc} on. */
    void write(Normalization normalization, FloatBuffer nhwc, int offset) {
        interleave(red, 0, normalization.scale(0), normalization.shift(0));
        interleave(green, 1, normalization.scale(1), normalization.shift(1));
        interleave(blue, 2, normalization.scale(2), normalization.shift(2));
        nhwc.put(offset, interleaved);
    }

    private void interleave(float[] plane, int channel, float scale, float shift) {
        float[] target = interleaved;
        for (int i = 0, j = channel; i < plane.length; i++, j += 3) {
            target[j] = plane[i] * scale + shift;
        }
    }
}
