package org.mmcr.core.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mmcr.core.JitteredSample;
import org.mmcr.core.capacity.Matrix;
import org.mmcr.core.capacity.TaskRunner;

class PairedViewsTest {
    /** More than one block of rows. */
    private static final int PICTURES = 300;

    private static final int DIMENSION = 6;

    @Test
    void terms_ofNoisyViews_agreeWithADoubleLoopAtTheBestKappa() {
        EmbeddedViews unit = views(0.4, 1);
        PairedViews pairs = PairedViews.of(unit, TaskRunner.IN_TURN).orElseThrow();
        int[] each = new int[PICTURES];
        Arrays.fill(each, 1);
        double found = pairs.value(TaskRunner.IN_TURN);
        assertThat(found).isCloseTo(slow(unit, each, pairs.kappa()), within(1e-10));
        for (double factor : new double[] {0.1, 0.5, 0.9, 1.1, 2, 10}) {
            assertThat(found).isGreaterThan(slow(unit, each, factor * pairs.kappa()));
        }
    }

    @Test
    void resampled_agreesWithTheSampleWrittenOutWithoutACopyAsNegative() {
        EmbeddedViews unit = views(0.4, 2);
        PairedViews pairs = PairedViews.of(unit, TaskRunner.IN_TURN).orElseThrow();
        Random random = new Random(3);
        Matrix counts = Matrix.zeros(3, PICTURES);
        int[][] drawn = new int[3][PICTURES];
        for (int r = 0; r < 3; r++) {
            for (int n = 0; n < PICTURES; n++) {
                int picture = random.nextInt(PICTURES);
                drawn[r][picture]++;
                counts.values()[r * PICTURES + picture]++;
            }
        }
        ForkJoinPool pool = new ForkJoinPool(3);
        try {
            double[] found = pairs.resampled(counts, TaskRunner.on(pool));
            for (int r = 0; r < 3; r++) {
                assertThat(found[r]).isCloseTo(slow(unit, drawn[r], pairs.kappa()), within(1e-10));
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void terms_ofEqualViews_reachTheCeilingAndOfCollapsedOnesZero() {
        assertThat(value(views(0, 4))).isCloseTo(Math.log(PICTURES), within(1e-3));
        double[][] same = new double[2 * PICTURES][DIMENSION];
        Arrays.setAll(same, i -> new double[] {1, 2, 3, 4, 5, 6});
        assertThat(value(EmbeddedViews.of(same, 2))).isCloseTo(0, within(1e-9));
    }

    /** Any large kappa separates the pairs that it is chosen on; the one that they leave out must not pay for it. */
    @Test
    void value_withAMisorderedPairAmongSeparatedOnes_staysNearTheCeiling() {
        int pictures = PairedViews.CHOOSING + 1;
        int dimension = 48;
        int[] chosen = JitteredSample.of(pictures, PairedViews.CHOOSING);
        int out = IntStream.range(0, pictures)
                .filter(i -> Arrays.binarySearch(chosen, i) < 0)
                .findFirst()
                .orElseThrow();
        Random random = new Random(5);
        double[][] rows = new double[2 * pictures][dimension];
        for (int n = 0; n < pictures; n++) {
            Arrays.setAll(rows[2 * n], d -> random.nextGaussian());
            rows[2 * n + 1] = rows[2 * n].clone();
        }
        // The first view of this picture is nearer to another picture's second view than to its own.
        for (int d = 0; d < dimension; d++) {
            rows[2 * out][d] += 1.2 * rows[0][d];
            rows[2 * out + 1][d] = rows[2 * out][d] - 1.2 * rows[0][d] + 0.6 * random.nextGaussian();
        }
        assertThat(value(EmbeddedViews.of(rows, 2))).isBetween(Math.log(pictures) - 0.1, Math.log(pictures));
    }

    /** Sorted samples, of which the first have equal views and the others distant ones, get the kappa of shuffled ones. */
    @Test
    void kappa_ofSortedSamples_isThatOfShuffledOnes() {
        int pictures = 2 * PairedViews.CHOOSING;
        Random random = new Random(8);
        List<double[][]> pairs = new ArrayList<>();
        for (int n = 0; n < pictures; n++) {
            double noise = n < PairedViews.CHOOSING ? 0.01 : 1;
            double[] first = random.doubles(DIMENSION, -1, 1).toArray();
            double[] second = Arrays.stream(first)
                    .map(value -> value + noise * random.nextGaussian())
                    .toArray();
            pairs.add(new double[][] {first, second});
        }
        double sorted = kappa(pairs);
        Collections.shuffle(pairs, random);
        assertThat(sorted).isCloseTo(kappa(pairs), withinPercentage(15));
    }

    private static double kappa(List<double[][]> pairs) {
        EmbeddedViews views =
                EmbeddedViews.of(pairs.stream().flatMap(Arrays::stream).toArray(double[][]::new), 2);
        return PairedViews.of(views, TaskRunner.IN_TURN).orElseThrow().kappa();
    }

    private static double value(EmbeddedViews embeddings) {
        return PairedViews.of(embeddings, TaskRunner.IN_TURN).orElseThrow().value(TaskRunner.IN_TURN);
    }

    /** The bound of a sample, term by term. */
    private static double slow(EmbeddedViews unit, int[] counts, double kappa) {
        double sum = 0;
        for (int i = 0; i < PICTURES; i++) {
            double own = Math.exp(kappa * (cosine(unit, i, i) - 1));
            double all = own;
            int pairs = 1;
            for (int j = 0; j < PICTURES; j++) {
                if (j != i) {
                    all += counts[j] * Math.exp(kappa * (cosine(unit, i, j) - 1));
                    pairs += counts[j];
                }
            }
            sum += counts[i] * Math.log(own / (all / pairs));
        }
        return sum / PICTURES;
    }

    /** Of the first view of one picture and the second of another. */
    private static double cosine(EmbeddedViews unit, int i, int j) {
        double sum = 0;
        for (int d = 0; d < DIMENSION; d++) {
            sum += unit.rows().values()[3 * i * DIMENSION + d] * unit.rows().values()[(3 * j + 1) * DIMENSION + d];
        }
        return sum;
    }

    /** Three views of each picture, at a distance from its centre; the third must not count. */
    private static EmbeddedViews views(double apart, long seed) {
        Random random = new Random(seed);
        double[][] rows = new double[3 * PICTURES][DIMENSION];
        for (int n = 0; n < PICTURES; n++) {
            double[] centre = random.doubles(DIMENSION, -1, 1).toArray();
            for (int k = 0; k < 3; k++) {
                for (int d = 0; d < DIMENSION; d++) {
                    rows[3 * n + k][d] = centre[d] + apart * random.nextGaussian();
                }
            }
        }
        return EmbeddedViews.of(rows, 3).unit();
    }
}
