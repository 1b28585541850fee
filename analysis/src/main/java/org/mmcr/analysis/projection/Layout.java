package org.mmcr.analysis.projection;

/**
 * One place in the plane for each sample, in the order of the rows it was made from. The middle of the picture is (0,
 * 0) and every coordinate lies in -1..1, with one scale for both axes: distances can be compared, axes have no unit.
 *
 * @param x N coordinates; not copied
 * @param y N coordinates; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; tens of thousands of boxed numbers would be wasteful
public record Layout(float[] x, float[] y) {

    /** The number of samples. */
    public int size() {
        return x.length;
    }

    /** Moves and scales raw places into the square. Places that all coincide go to the middle. */
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
