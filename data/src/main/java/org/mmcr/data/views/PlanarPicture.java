package org.mmcr.data.views;

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
    final float[] scratch2;
    final float[] scratch3;
    private final float[] interleaved;

    PlanarPicture(int height, int width) {
        this.height = height;
        this.width = width;
        this.pixels = height * width;
        this.red = new float[pixels];
        this.green = new float[pixels];
        this.blue = new float[pixels];
        this.scratch = new float[pixels];
        this.scratch2 = new float[pixels];
        this.scratch3 = new float[pixels];
        this.interleaved = new float[3 * pixels];
    }

    /** Writes the picture, normalised, as height x width x 3 floats from index {@code offset} of {@code nhwc} on. */
    void write(Normalization normalization, FloatBuffer nhwc, int offset) {
        interleave(normalization.scale, normalization.shift);
        nhwc.put(offset, interleaved);
    }

    private void interleave(float[] scale, float[] shift) {
        float[] target = interleaved;
        float redScale = scale[0];
        float greenScale = scale[1];
        float blueScale = scale[2];
        float redShift = shift[0];
        float greenShift = shift[1];
        float blueShift = shift[2];
        for (int i = 0; i < pixels; i++) {
            target[3 * i] = red[i] * redScale + redShift;
            target[3 * i + 1] = green[i] * greenScale + greenShift;
            target[3 * i + 2] = blue[i] * blueScale + blueShift;
        }
    }
}
