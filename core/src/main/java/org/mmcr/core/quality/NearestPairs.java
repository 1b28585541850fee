package org.mmcr.core.quality;

import java.util.Arrays;
import java.util.List;
import org.mmcr.core.capacity.Matrix;
import org.mmcr.core.capacity.TaskRunner;

/**
 * Distances between all pairs of unit rows, in one pass: O(N^2 D) time, memory for one block of rows per thread.
 *
 * @param kernel for each row the mean of exp(-2 d^2) over the other rows
 * @param nearest for each row the distances of its two nearest other rows, ascending
 * @param earlier for each row the index of the nearest row before it; -1 for the first
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record NearestPairs(double[] kernel, double[][] nearest, int[] earlier) {
    private static final int BLOCK = 256;
    /** exp(-2 d^2) = exp(4 (cos - 1)). */
    private static final double KERNEL = 4;

    /** Compares rows of length 1 (N, D), N at least 3. */
    static NearestPairs of(Matrix rows, TaskRunner runner) {
        int count = rows.rows();
        NearestPairs pairs = new NearestPairs(new double[count], new double[count][2], new int[count]);
        List<Integer> blocks = runner.all(0, (count + BLOCK - 1) / BLOCK, block -> {
            pairs.fill(rows, block * BLOCK, Math.min(count, (block + 1) * BLOCK));
            return block;
        });
        assert blocks.size() == (count + BLOCK - 1) / BLOCK;
        return pairs;
    }

    private void fill(Matrix rows, int from, int to) {
        double[] cosines = rows.rowsBetween(from, to).timesTransposed(rows).values();
        for (int i = from; i < to; i++) {
            row(rows, i, cosines, (i - from) * rows.rows());
        }
    }

    private void row(Matrix rows, int i, double[] cosines, int offset) {
        double sum = 0;
        int first = -1;
        int second = -1;
        earlier[i] = -1;
        for (int j = 0; j < rows.rows(); j++) {
            if (j == i) {
                continue;
            }
            double cosine = cosines[offset + j];
            sum += Math.exp(KERNEL * (cosine - 1));
            if (first < 0 || cosine > cosines[offset + first]) {
                second = first;
                first = j;
            } else if (second < 0 || cosine > cosines[offset + second]) {
                second = j;
            }
            if (j < i && (earlier[i] < 0 || cosine > cosines[offset + earlier[i]])) {
                earlier[i] = j;
            }
        }
        kernel[i] = sum / (rows.rows() - 1);
        // From the differences: 2 - 2 cos loses all digits of a small distance.
        nearest[i] = new double[] {distance(rows, i, first), distance(rows, i, second)};
        Arrays.sort(nearest[i]);
    }

    private static double distance(Matrix rows, int i, int j) {
        double squares = 0;
        for (int d = 0; d < rows.columns(); d++) {
            double apart = rows.values()[i * rows.columns() + d] - rows.values()[j * rows.columns() + d];
            squares += apart * apart;
        }
        return Math.sqrt(squares);
    }
}
