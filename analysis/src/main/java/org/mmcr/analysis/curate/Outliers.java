package org.mmcr.analysis.curate;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.mmcr.train.evaluate.NearestRows;

/**
 * Scores of how unlike all others a picture is: its mean cosine distance from its 10 nearest pictures in whitened
 * features, in robust standard deviations z above the median, as {@code 1 / (1 + exp(3.5 - z))}. The flag is given from
 * z = 3.5 on (Iglewicz and Hoaglin 1993), where the score is 0.5.
 */
final class Outliers {
    static final double FLAGGED = 0.5;

    private static final int NEIGHBOURS = 10;
    private static final double CUT = 3.5;
    /** Of a normal distribution: standard deviation over median absolute deviation. */
    private static final double DEVIATIONS = 1.4826;
    /** Median absolute deviations below this are rounding. */
    private static final double SMALLEST = 1e-6;

    private Outliers() {}

    /**
     * Returns the score of each picture; 0 for all if they do not differ. Pictures of equal content count once for the
     * median and the deviation.
     *
     * @param nearest pictures of each picture
     * @param first for each picture the first one of equal content; a picture's own content does not count
     */
    static double[] of(NearestRows[] nearest, int[] first) {
        double[] distance = new double[nearest.length];
        for (int i = 0; i < nearest.length; i++) {
            distance[i] = distance(nearest[i], first[i]);
        }
        double[] different = IntStream.range(0, first.length)
                .filter(i -> first[i] == i)
                .mapToDouble(i -> distance[i])
                .toArray();
        double median = median(different);
        double deviation = DEVIATIONS
                * median(Arrays.stream(different).map(d -> Math.abs(d - median)).toArray());
        return DoubleStream.of(distance)
                .map(d -> deviation < SMALLEST ? 0 : 1 / (1 + Math.exp(CUT - (d - median) / deviation)))
                .toArray();
    }

    private static double distance(NearestRows nearest, int own) {
        double sum = 0;
        int count = 0;
        for (int rank = 0; rank < nearest.size() && count < NEIGHBOURS; rank++) {
            if (nearest.row(rank) != own) {
                sum += 1 - nearest.similarity(rank);
                count++;
            }
        }
        return count == 0 ? 0 : sum / count;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
