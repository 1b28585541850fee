package org.mmcr.analysis.projection;

/**
 * Coordinates in the plane, one point per sample in the order of the rows. The centre is (0, 0) and every coordinate is
 * in -1..1. Both axes have one scale, so distances can be compared; the axes have no unit.
 *
 * @param x N coordinates; not copied
 * @param y N coordinates; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; tens of thousands of boxed numbers would be wasteful
public record Layout(float[] x, float[] y) {

    /** Returns the number of samples. */
    public int size() {
        return x.length;
    }

    /** Translates and scales raw coordinates into the square. Points that all coincide move to the centre. */
    static Layout fitted(float[] rawX, float[] rawY) {
        float[] x = centred(rawX);
        float[] y = centred(rawY);
        float reach = Math.max(reach(x), reach(y));
        return new Layout(scaled(x, reach), scaled(y, reach));
    }

    private static float[] centred(float[] raw) {
        float low = Float.POSITIVE_INFINITY;
        float high = Float.NEGATIVE_INFINITY;
        for (float value : raw) {
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        float[] moved = new float[raw.length];
        for (int i = 0; i < raw.length; i++) {
            moved[i] = raw[i] - (low / 2 + high / 2);
        }
        return moved;
    }

    private static float reach(float[] values) {
        float most = 0;
        for (float value : values) {
            most = Math.max(most, Math.abs(value));
        }
        return most;
    }

    private static float[] scaled(float[] values, float reach) {
        float[] scaled = new float[values.length];
        if (reach == 0) {
            return scaled;
        }
        for (int i = 0; i < values.length; i++) {
            scaled[i] = Math.max(-1, Math.min(1, values[i] / reach));
        }
        return scaled;
    }
}
