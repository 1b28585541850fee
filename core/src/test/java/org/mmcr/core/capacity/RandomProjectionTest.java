package org.mmcr.core.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.mmcr.core.capacity.SeededRandom.Purpose;

class RandomProjectionTest {
    /** Each coordinate goes to eight random places with random signs, so its image has length 1 but for collisions. */
    @Test
    void project_oneCoordinate_isEightSignedCopies() {
        RandomProjection projection = new RandomProjection(60, 100_000, 3);
        int positive = 0;
        for (int i = 0; i < 60; i++) {
            double[] row = new double[60];
            row[i] = 2;
            double[] out = new double[100_000];
            projection.project(row, out, 0);
            double square = 0;
            for (double value : out) {
                square += value * value;
                positive += value > 0 ? 1 : 0;
                if (value != 0) {
                    assertThat(Math.abs(value)).isCloseTo(2 / Math.sqrt(8), within(1e-12));
                }
            }
            assertThat(square).isCloseTo(4, within(1e-12));
        }
        assertThat(positive).isBetween(190, 290); // 480 signs
    }

    @Test
    void project_manyDraws_keepInnerProductsOnAverage() {
        Random random = new Random(1);
        double[] x = random.doubles(30).map(any -> random.nextGaussian()).toArray();
        double[] y = random.doubles(30).map(any -> random.nextGaussian()).toArray();
        double sum = 0;
        int draws = 4000;
        for (int seed = 0; seed < draws; seed++) {
            RandomProjection projection = new RandomProjection(30, 12, seed);
            double[] a = new double[12];
            double[] b = new double[12];
            projection.project(x, a, 0);
            projection.project(y, b, 0);
            sum += Doubles.dot(a, b, 12);
        }
        double expected = Doubles.dot(x, y, 30);
        double deviation = Math.sqrt((Doubles.dot(x, x, 30) * Doubles.dot(y, y, 30) + expected * expected) / 12);
        assertThat(sum / draws).isCloseTo(expected, within(4 * deviation / Math.sqrt(draws)));
    }

    @Test
    void apply_rowsAndSources_projectsEachRowByTheSameMap() {
        double[][] rows = {{1, 2, 3}, {0, 0, 0}, {4, 5, 6}, {-1, 2, -3}};
        RandomProjection projection = new RandomProjection(3, 5, 9);
        Matrix all = projection.apply(Matrix.of(rows));
        for (int r = 0; r < rows.length; r++) {
            double[] one = new double[7];
            projection.project(rows[r], one, 2);
            for (int d = 0; d < 5; d++) {
                assertThat(all.values()[r * 5 + d]).isEqualTo(one[2 + d]);
            }
        }
        assertThat(all.row(1)).containsOnly(0);
        assertThat(new RandomProjection(3, 5, 9).apply(Matrix.of(rows)).values())
                .isEqualTo(all.values());
        assertThat(new RandomProjection(3, 5, 10).apply(Matrix.of(rows)).values())
                .isNotEqualTo(all.values());

        ManifoldSource source = projection.apply(ManifoldSource.of(rows, new int[] {7, 4, 7, 4}));
        assertThat(source.count()).isEqualTo(2);
        assertThat(source.name(1)).isEqualTo("7");
        assertThat(source.points(1).row(0)).isEqualTo(all.row(0));
        assertThat(source.points(1).row(1)).isEqualTo(all.row(2));
    }

    /** The seed, the purpose and each index with its position all change the draw; nothing else does. */
    @Test
    void generator_everyArgument_changesTheDraws() {
        long first = SeededRandom.generator(5, Purpose.POINTS, 1, 2).nextLong();
        assertThat(SeededRandom.generator(5, Purpose.POINTS, 1, 2).nextLong()).isEqualTo(first);
        assertThat(new long[] {
                    SeededRandom.generator(6, Purpose.POINTS, 1, 2).nextLong(),
                    SeededRandom.generator(5, Purpose.DIRECTIONS, 1, 2).nextLong(),
                    SeededRandom.generator(5, Purpose.POINTS, 2, 1).nextLong(),
                    SeededRandom.generator(5, Purpose.POINTS, 1).nextLong(),
                    SeededRandom.generator(5, Purpose.POINTS, 1, 2, 0).nextLong(),
                    SeededRandom.generator(5, Purpose.POINTS).nextLong()
                })
                .doesNotHaveDuplicates()
                .doesNotContain(first);
    }

    /** Draws of adjacent seeds and places are as unlike as those of any others. */
    @Test
    void generator_adjacentPlaces_areUncorrelated() {
        int bits = 0;
        int draws = 4000;
        for (int i = 0; i < draws; i++) {
            RandomGenerator one = SeededRandom.generator(0, Purpose.RESAMPLES, i);
            RandomGenerator next = SeededRandom.generator(0, Purpose.RESAMPLES, i + 1);
            bits += Long.bitCount(one.nextLong() ^ next.nextLong());
        }
        assertThat(bits / (double) draws).isCloseTo(32, within(4 * 4 / Math.sqrt(draws)));
    }
}
