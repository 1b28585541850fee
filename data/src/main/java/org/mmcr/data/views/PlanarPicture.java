package org.mmcr.data.views;

import java.nio.FloatBuffer;
import org.mmcr.data.Picture;

/**
 * A picture as three planes of (height, width) floats on the 0..255 scale, with scratch planes. Planes make every
 * colour operation a loop over flat arrays, which the JIT vectorises.
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

    /** Writes the picture as (height, width, 3) normalised floats from index {@code offset} of {@code nhwc} on. */
    void write(Normalisation normalisation, FloatBuffer nhwc, int offset) {
        interleave(normalisation.scale, normalisation.shift);
        nhwc.put(offset, interleaved);
    }

    /** Returns the picture, whose levels must be whole, as bytes. */
    Picture toPicture() {
        byte[] rgb = new byte[3 * pixels];
        for (int i = 0; i < pixels; i++) {
            rgb[3 * i] = (byte) red[i];
            rgb[3 * i + 1] = (byte) green[i];
            rgb[3 * i + 2] = (byte) blue[i];
        }
        return new Picture(height, width, rgb);
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
