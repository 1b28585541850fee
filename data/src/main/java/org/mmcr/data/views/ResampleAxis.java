package org.mmcr.data.views;

/**
 * A table for resampling along one axis: output {@code i} is
 * {@code sum_k weight[i * taps + k] * input[start[i] + k]}. As in Pillow, the filter is stretched for downscaling,
 * truncated at the ends of the input, and normalised. Every output has the same number of taps, some of weight zero,
 * and {@code start[i] + taps <= input length}.
 */
final class ResampleAxis {
    final int taps;
    final int[] start;
    final float[] weight;

    private ResampleAxis(int taps, int[] start, float[] weight) {
        this.taps = taps;
        this.start = start;
        this.weight = weight;
    }

    /** Returns outputs first..first+count-1 of a resize of pixels; starts never decrease. */
    static ResampleAxis of(Interpolation filter, int input, int output, int first, int count) {
        double scale = (double) input / output;
        double stretch = Math.max(1.0, scale);
        double support = filter.support() * stretch;
        int[] low = new int[count];
        int[] high = new int[count];
        int taps = 1;
        for (int i = 0; i < count; i++) {
            double centre = (first + i + 0.5) * scale;
            low[i] = Math.max(0, (int) (centre - support + 0.5));
            high[i] = Math.min(input, (int) (centre + support + 0.5));
            taps = Math.max(taps, high[i] - low[i]);
        }
        int[] start = new int[count];
        float[] weight = new float[count * taps];
        for (int i = 0; i < count; i++) {
            double centre = (first + i + 0.5) * scale;
            start[i] = Math.min(low[i], input - taps);
            int shift = i * taps - start[i];
            double sum = 0.0;
            for (int x = low[i]; x < high[i]; x++) {
                sum += filter.weight((x + 0.5 - centre) / stretch);
            }
            for (int x = low[i]; x < high[i]; x++) {
                weight[shift + x] = (float) (filter.weight((x + 0.5 - centre) / stretch) / sum);
            }
        }
        return new ResampleAxis(taps, start, weight);
    }

    /** Returns the table of the mirrored axis. */
    ResampleAxis reversed() {
        int count = start.length;
        int[] starts = new int[count];
        float[] weights = new float[weight.length];
        for (int i = 0; i < count; i++) {
            int from = count - 1 - i;
            starts[i] = start[from];
            System.arraycopy(weight, from * taps, weights, i * taps, taps);
        }
        return new ResampleAxis(taps, starts, weights);
    }
}
