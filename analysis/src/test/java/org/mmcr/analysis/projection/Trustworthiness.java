package org.mmcr.analysis.projection;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Venna and Kaski 2001, as the definition reads: 1 - 2 / (N k (2 N - 3 k - 1)) * the sum, over each sample's k nearest
 * in the map that are not among its k nearest in the data, of their rank in the data beyond k. O(N^2 log N).
 */
final class Trustworthiness {
    private Trustworthiness() {}

    static double of(double[][] data, double[][] map, int k) {
        int n = data.length;
        double intruders = 0;
        for (int i = 0; i < n; i++) {
            List<Integer> near = ordered(data, i);
            List<Integer> shown = ordered(map, i).subList(0, k);
            for (int j : shown) {
                int rank = near.indexOf(j) + 1;
                intruders += Math.max(0, rank - k);
            }
        }
        return 1 - 2 * intruders / ((double) n * k * (2 * n - 3 * k - 1));
    }

    /** The others, nearest first. */
    private static List<Integer> ordered(double[][] points, int centre) {
        return IntStream.range(0, points.length)
                .filter(j -> j != centre)
                .boxed()
                .sorted(Comparator.comparingDouble(j -> squaredDistance(points[centre], points[j])))
                .toList();
    }

    private static double squaredDistance(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return sum;
    }
}
