package org.mmcr.core.quality;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.mmcr.core.capacity.Matrix;

/** Lloyd's k-means of unit rows by cosine, started by k-means++. */
final class Clusters {
    private static final int ROUNDS = 50;

    private Clusters() {}

    /**
     * Returns the cluster of each row.
     *
     * @param rows (N, D) of length 1, not modified
     * @param count number of clusters, at most N; fewer are used if there are fewer different rows
     */
    static int[] of(Matrix rows, int count, RandomGenerator random) {
        Matrix centres = start(rows, count, random);
        int[] clusters = new int[rows.rows()];
        for (int round = 0; round < ROUNDS; round++) {
            int[] found = nearest(rows, centres);
            if (round > 0 && Arrays.equals(found, clusters)) {
                break;
            }
            clusters = found;
            centres = means(rows, clusters, centres);
        }
        return clusters;
    }

    /** k-means++: each further centre is a row drawn with a probability proportional to its squared distance. */
    private static Matrix start(Matrix rows, int count, RandomGenerator random) {
        Matrix centres = Matrix.zeros(count, rows.columns());
        double[] apart = new double[rows.rows()];
        Arrays.fill(apart, Double.POSITIVE_INFINITY);
        int chosen = random.nextInt(rows.rows());
        for (int c = 0; c < count; c++) {
            Matrix centre = row(rows, chosen);
            System.arraycopy(centre.values(), 0, centres.values(), c * rows.columns(), rows.columns());
            double[] cosines = rows.timesTransposed(centre).values();
            double total = 0;
            for (int i = 0; i < apart.length; i++) {
                apart[i] = Math.min(apart[i], Math.max(0, 2 - 2 * cosines[i]));
                total += apart[i];
            }
            chosen = drawn(apart, total * random.nextDouble());
        }
        return centres;
    }

    private static int drawn(double[] weights, double place) {
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            sum += weights[i];
            if (sum > place) {
                return i;
            }
        }
        return weights.length - 1;
    }

    /** |x - c|^2 is least where x c - |c|^2 / 2 is largest, because all |x| are equal. */
    private static int[] nearest(Matrix rows, Matrix centres) {
        double[] halves = new double[centres.rows()];
        for (int i = 0; i < centres.values().length; i++) {
            halves[i / centres.columns()] += centres.values()[i] * centres.values()[i] / 2;
        }
        double[] products = rows.timesTransposed(centres).values();
        int[] nearest = new int[rows.rows()];
        for (int i = 0; i < nearest.length; i++) {
            for (int c = 1; c < halves.length; c++) {
                int best = nearest[i];
                if (products[i * halves.length + c] - halves[c] > products[i * halves.length + best] - halves[best]) {
                    nearest[i] = c;
                }
            }
        }
        return nearest;
    }

    /** The mean of each cluster's rows; an empty cluster keeps its centre. */
    private static Matrix means(Matrix rows, int[] clusters, Matrix before) {
        int width = rows.columns();
        int[] sizes = new int[before.rows()];
        Arrays.stream(clusters).forEach(cluster -> sizes[cluster]++);
        Matrix means = Matrix.zeros(before.rows(), width);
        for (int i = 0; i < clusters.length; i++) {
            for (int d = 0; d < width; d++) {
                means.values()[clusters[i] * width + d] += rows.values()[i * width + d] / sizes[clusters[i]];
            }
        }
        for (int c = 0; c < sizes.length; c++) {
            if (sizes[c] == 0) {
                System.arraycopy(before.values(), c * width, means.values(), c * width, width);
            }
        }
        return means;
    }

    private static Matrix row(Matrix rows, int index) {
        int width = rows.columns();
        return new Matrix(1, width, Arrays.copyOfRange(rows.values(), index * width, (index + 1) * width));
    }
}
