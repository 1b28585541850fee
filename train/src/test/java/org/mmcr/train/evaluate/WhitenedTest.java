package org.mmcr.train.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WhitenedTest {
    private final KnnClassifier nearest = new KnnClassifier(5, 0.07);

    /** The class lies in columns of little variance, below loud ones that say nothing. */
    private static FeatureSet quietClasses(int n, long seed) {
        Random random = new Random(seed);
        int[] labels = Examples.labels(n, 3, random);
        float[][] rows = new float[n][8];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < 8; j++) {
                rows[i][j] = (float) (j < 4 ? 5 + 20 * random.nextGaussian() : 0.3 * random.nextGaussian());
            }
            rows[i][4 + labels[i]] += 2;
        }
        return Examples.set(rows, labels, Examples.names(3));
    }

    @Test
    void score_classesInQuietDirections_areFoundOnlyWhenWhitened() {
        try (FeatureSet train = quietClasses(600, 1);
                FeatureSet test = quietClasses(200, 2)) {
            double plain = nearest.score(train, test).get(0).score().top1();
            ProtocolResult whitened = new Whitened(List.of(nearest), nearest, 0)
                    .score(train, test)
                    .get(0);
            assertThat(plain).isLessThan(0.6);
            assertThat(whitened.score().top1()).isGreaterThan(0.9);
            assertThat(whitened.name()).isEqualTo("knn5_whitened");
            assertThat(whitened.title()).isEqualTo("kNN 5, whitened");
            Whitened.Settings settings = (Whitened.Settings) whitened.settings();
            assertThat(settings.ridge()).isLessThan(0.1);
            assertThat(settings.of()).isEqualTo(new KnnClassifier.Settings(5, 5, 0.07, 600));
        }
    }

    /** Inner products of what protocols see, against (x - m)' (C + e mean(L) I)^-1 (y - m) by elimination. */
    @ParameterizedTest
    @ValueSource(ints = {300, 40, 7})
    void score_features_areThoseOfTheRidgedInverseCovariance(int n) {
        List<double[][]> seen = new ArrayList<>();
        Protocol recorder = (train, test) -> {
            seen.add(rows(train.features()));
            seen.add(rows(test.features()));
            return nearest.score(train, test);
        };
        try (FeatureSet train = quietClasses(n, 3);
                FeatureSet test = quietClasses(5, 4)) {
            double[][] bank = rows(train.features());
            double[][] queries = rows(test.features());
            ProtocolResult result = new Whitened(List.of(recorder), nearest, 0)
                    .score(train, test)
                    .get(0);
            double ridge = ((Whitened.Settings) result.settings()).ridge();
            double[] mean = mean(bank);
            double[][] covariance = covariance(bank, mean, ridge);
            for (int q = 0; q < queries.length; q++) {
                double[] solved = solve(covariance, minus(queries[q], mean));
                for (int b = 0; b < Math.min(9, n); b++) {
                    double expected = dot(solved, minus(bank[b], mean));
                    assertThat(dot(seen.get(1)[q], seen.get(0)[b])).isCloseTo(expected, within(1e-4 * 8));
                }
            }
            assertThat(rows(train.features())).isDeepEqualTo(bank);
        }
    }

    /** A collapsed encoder is evaluated as any other. */
    @Test
    void score_equalRows_isChance() {
        int[] labels = {0, 1, 0, 1, 0, 1};
        for (int width : new int[] {3, 9}) {
            float[][] rows = new float[6][width];
            for (float[] row : rows) {
                Arrays.fill(row, 0.3f);
            }
            try (FeatureSet same = Examples.set(rows, labels, Examples.names(2))) {
                List<ProtocolResult> results = new Whitened(List.of(nearest), nearest, 0).score(same, same);
                assertThat(results.get(0).score().top1()).isEqualTo(0.5);
            }
        }
    }

    /** Raw pixels of few large pictures: the covariance would have 25 million entries. */
    @Test
    void score_moreFeaturesThanRows_staysInTheirSpan() {
        Random random = new Random(7);
        int[] labels = Examples.labels(60, 3, random);
        float[][] rows = Examples.blobs(labels, 5000, 2, 5, random);
        try (FeatureSet train = Examples.set(rows, labels, Examples.names(3))) {
            assertThat(new Whitened(List.of(nearest), nearest, 0)
                            .score(train, train)
                            .get(0)
                            .score()
                            .top1())
                    .isEqualTo(1);
        }
    }

    private static double[][] rows(Tensor features) {
        double[][] rows = new double[(int) features.size(0)][(int) features.size(1)];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < rows[0].length; j++) {
                rows[i][j] = features.data_ptr_float().get((long) i * rows[0].length + j);
            }
        }
        return rows;
    }

    private static double[] mean(double[][] rows) {
        double[] mean = new double[rows[0].length];
        for (double[] row : rows) {
            for (int j = 0; j < mean.length; j++) {
                mean[j] += row[j] / rows.length;
            }
        }
        return mean;
    }

    private static double[][] covariance(double[][] rows, double[] mean, double ridge) {
        int d = mean.length;
        double[][] c = new double[d][d];
        for (double[] row : rows) {
            double[] x = minus(row, mean);
            for (int i = 0; i < d; i++) {
                for (int j = 0; j < d; j++) {
                    c[i][j] += x[i] * x[j] / rows.length;
                }
            }
        }
        double trace = 0;
        for (int i = 0; i < d; i++) {
            trace += c[i][i];
        }
        int spanned = Math.min(d, rows.length - 1);
        for (int i = 0; i < d; i++) {
            c[i][i] += ridge * trace / spanned;
        }
        return c;
    }

    /** Gauss-Jordan elimination; the matrix is positive definite. */
    private static double[] solve(double[][] matrix, double[] right) {
        int d = right.length;
        double[][] a = new double[d][];
        for (int i = 0; i < d; i++) {
            a[i] = matrix[i].clone();
        }
        double[] x = right.clone();
        for (int p = 0; p < d; p++) {
            for (int i = 0; i < d; i++) {
                double factor = i == p ? 0 : a[i][p] / a[p][p];
                for (int j = 0; j < d; j++) {
                    a[i][j] -= factor * a[p][j];
                }
                x[i] -= factor * x[p];
            }
        }
        for (int p = 0; p < d; p++) {
            x[p] /= a[p][p];
        }
        return x;
    }

    private static double[] minus(double[] a, double[] b) {
        double[] out = a.clone();
        for (int i = 0; i < out.length; i++) {
            out[i] -= b[i];
        }
        return out;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
