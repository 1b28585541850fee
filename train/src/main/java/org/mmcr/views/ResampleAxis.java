package org.mmcr.views;

import java.util.Arrays;

/**
 * Resampling along one axis as a table: output {@code i} is {@code sum_k weight[i * taps + k] * input[start[i] + k]}.
 * Pillow's construction: the filter is stretched when shrinking, cut at the input's ends and renormalised. Every output
 * has the same number of taps (some with weight zero), and {@code start[i] + taps <= input length} always.
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

    /** Outputs first..first+count-1 of a resize from {@code input} to {@code output} samples. */
    static ResampleAxis of(Interpolation filter, int input, int output, int first, int count) {
        double scale = (double) input / output;
        double stretch = Math.max(1.0, scale);
        double support = filter.support() * stretch;
        int taps = Math.min(input, (int) Math.ceil(2.0 * support) + 1);
        int[] start = new int[count];
        float[] weight = new float[count * taps];
        double[] exact = new double[taps];
        int used = 1;
        for (int i = 0; i < count; i++) {
            double centre = (first + i + 0.5) * scale;
            int low = Math.max(0, (int) (centre - support + 0.5));
            int high = Math.min(input, (int) (centre + support + 0.5));
            start[i] = Math.min(low, input - taps);
            int shift = low - start[i];
            double sum = 0.0;
            Arrays.fill(exact, 0.0);
            for (int x = low; x < high; x++) {
                double w = filter.weight((x + 0.5 - centre) / stretch);
                exact[shift + x - low] = w;
                sum += w;
            }
            for (int k = 0; k < taps; k++) {
                weight[i * taps + k] = (float) (exact[k] / sum);
            }
            used = Math.max(used, high - low);
        }
        return new ResampleAxis(taps, start, weight).narrowed(input, used);
    }

    /** The same table with no more taps than the widest output needs; upward bilinear needs two, not three. */
    private ResampleAxis narrowed(int input, int used) {
        if (used == taps) {
            return this;
        }
        float[] narrow = new float[start.length * used];
        int[] starts = new int[start.length];
        for (int i = 0; i < start.length; i++) {
            int lead = 0;
            while (lead < taps - used && weight[i * taps + lead] == 0.0f) {
                lead++;
            }
            starts[i] = Math.min(start[i] + lead, input - used);
            System.arraycopy(weight, i * taps + (starts[i] - start[i]), narrow, i * used, used);
        }
        return new ResampleAxis(used, starts, narrow);
    }

    /** The table of the mirrored axis. */
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
