package org.mmcr.core.quality;

import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.apiguardian.api.API;
import org.mmcr.core.capacity.CapacitySummary.Interval;
import org.mmcr.core.capacity.Matrix;
import org.mmcr.core.capacity.SeededRandom;
import org.mmcr.core.capacity.SeededRandom.Purpose;
import org.mmcr.core.capacity.TaskRunner;

/**
 * Measures of unit rows by the distances between them.
 *
 * <p>Uniformity: Wang and Isola 2020. Cluster learnability: Lu et al. 2022 (CLID), here the accuracy with which the
 * nearest earlier row, in random order, predicts a row's k-means cluster. Intrinsic dimension: the two nearest
 * neighbours of Facco et al. 2017, in its maximum-likelihood form, on the sphere. CLID adds the last two after both are
 * standardised over the models that are compared.
 *
 * @param uniformity log of the mean of exp(-2 d^2) over pairs of different rows; its interval is that of a U-statistic
 * @param learnability accuracy, 0 to 1, with a binomial interval; empty if all rows are equal
 * @param intrinsicDimension with its asymptotic interval; empty unless three rows have two nearest rows at different
 *     distances, both above 0
 * @param clusters number of k-means clusters: a twentieth of the rows, from 2 to 100
 * @param duplicates number of rows whose nearest row is equal; they are left out of the intrinsic dimension
 */
@API(status = API.Status.STABLE)
public record NeighbourMeasures(
        Interval uniformity,
        Optional<Interval> learnability,
        Optional<Interval> intrinsicDimension,
        int clusters,
        int duplicates) {
    /** Fewest rows. */
    static final int FEWEST = 4;

    private static final double NORMAL_95 = 1.96;
    private static final int ROWS_OF_CLUSTER = 20;
    private static final int MOST_CLUSTERS = 100;
    /** Distances of unit rows below this are rounding errors. */
    private static final double EQUAL = 1e-12;

    /**
     * Measures rows; O(N^2 D).
     *
     * @param unit (N, D) of length 1, N at least 4, not modified
     * @param seed seed of the rows' order and of the clusters
     */
    static NeighbourMeasures of(Matrix unit, long seed, TaskRunner runner) {
        Matrix rows = shuffled(unit, SeededRandom.generator(seed, Purpose.POINTS, 0));
        NearestPairs pairs = NearestPairs.of(rows, runner);
        int clusters = Math.max(2, Math.min(MOST_CLUSTERS, rows.rows() / ROWS_OF_CLUSTER));
        int[] labels = Clusters.of(rows, clusters, SeededRandom.generator(seed, Purpose.POINTS, 1));
        int duplicates = (int)
                Arrays.stream(pairs.nearest()).filter(two -> two[0] < EQUAL).count();
        boolean varied = Arrays.stream(labels).distinct().count() > 1;
        return new NeighbourMeasures(
                uniformity(pairs.kernel()),
                varied ? Optional.of(learnability(labels, pairs.earlier())) : Optional.empty(),
                intrinsicDimension(pairs.nearest()),
                clusters,
                duplicates);
    }

    private static Matrix shuffled(Matrix rows, RandomGenerator random) {
        Matrix shuffled = new Matrix(rows.rows(), rows.columns(), rows.values().clone());
        int width = rows.columns();
        double[] held = new double[width];
        for (int i = rows.rows() - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            System.arraycopy(shuffled.values(), i * width, held, 0, width);
            System.arraycopy(shuffled.values(), j * width, shuffled.values(), i * width, width);
            System.arraycopy(held, 0, shuffled.values(), j * width, width);
        }
        return shuffled;
    }

    /** The standard error of a U-statistic of order 2 is twice that of the mean of its projections. */
    private static Interval uniformity(double[] kernel) {
        double mean = Arrays.stream(kernel).average().orElseThrow();
        double squares = Arrays.stream(kernel)
                .map(value -> (value - mean) * (value - mean))
                .sum();
        double error = 2 * Math.sqrt(squares / (kernel.length - 1.0) / kernel.length) / mean;
        return interval(Math.log(mean), error);
    }

    private static Interval learnability(int[] labels, int[] earlier) {
        int right = 0;
        for (int i = 1; i < labels.length; i++) {
            right += labels[i] == labels[earlier[i]] ? 1 : 0;
        }
        double accuracy = right / (labels.length - 1.0);
        Interval wide = interval(accuracy, Math.sqrt(accuracy * (1 - accuracy) / (labels.length - 1.0)));
        return new Interval(accuracy, Math.max(0, wide.low()), Math.min(1, wide.high()));
    }

    private static Optional<Interval> intrinsicDimension(double[][] nearest) {
        double[] logs = Arrays.stream(nearest)
                .filter(two -> two[0] >= EQUAL)
                .mapToDouble(two -> Math.log(two[1] / two[0]))
                .toArray();
        double sum = Arrays.stream(logs).sum();
        if (logs.length < FEWEST - 1 || sum == 0) {
            return Optional.empty();
        }
        double dimension = (logs.length - 1) / sum;
        return Optional.of(interval(dimension, dimension / Math.sqrt(logs.length)));
    }

    private static Interval interval(double value, double error) {
        return new Interval(value, value - NORMAL_95 * error, value + NORMAL_95 * error);
    }
}
