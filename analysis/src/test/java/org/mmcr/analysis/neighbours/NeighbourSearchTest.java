package org.mmcr.analysis.neighbours;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both searches against cosines that are computed one by one, in float64. */
@Tag("long")
class NeighbourSearchTest {
    /** Rows around a few hundred centres, of lengths between 0.1 and 10. */
    private static float[][] clustered(int n, int width, long seed) {
        Random random = new Random(seed);
        float[][] centres = new float[n / 20 + 1][width];
        for (float[] centre : centres) {
            for (int j = 0; j < width; j++) {
                centre[j] = (float) random.nextGaussian() / (1 + j / 8f);
            }
        }
        float[][] rows = new float[n][width];
        for (float[] row : rows) {
            float[] centre = centres[random.nextInt(centres.length)];
            double scale = Math.pow(10, 2 * random.nextDouble() - 1);
            for (int j = 0; j < width; j++) {
                row[j] = (float) (scale * (centre[j] + 0.5 * random.nextGaussian() / (1 + j / 8f)));
            }
        }
        return rows;
    }

    private static Tensor tensor(float[][] rows) {
        float[] flat = new float[rows.length * rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
        }
        return torch.from_blob(new FloatPointer(flat), new long[] {rows.length, rows[0].length})
                .clone();
    }

    private static NeighbourSearch exact(float[][] rows) {
        return new ExactSearch(tensor(rows));
    }

    private static NeighbourSearch graph(float[][] rows) {
        return GraphSearch.build(tensor(rows), 2, () -> false);
    }

    private static double cosine(float[] a, float[] b) {
        double product = 0;
        double first = 0;
        double second = 0;
        for (int j = 0; j < a.length; j++) {
            product += (double) a[j] * b[j];
            first += (double) a[j] * a[j];
            second += (double) b[j] * b[j];
        }
        return product / Math.max(1e-12, Math.sqrt(first) * Math.sqrt(second));
    }

    private static List<Integer> twin(float[][] rows, float[] query, int count) {
        return IntStream.range(0, rows.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -cosine(rows[i], query)))
                .limit(count)
                .toList();
    }

    @Test
    void exact_anyQuery_ranksByCosine() {
        float[][] rows = clustered(500, 24, 1);
        NeighbourSearch search = exact(rows);
        for (int i = 0; i < 20; i++) {
            float[] query = rows[i];
            List<Neighbour> found = search.of(query, 12);
            assertThat(found).extracting(Neighbour::row).isEqualTo(twin(rows, query, 12));
            found.forEach(one -> assertThat(one.likeness()).isCloseTo(cosine(rows[one.row()], query), within(1e-5)));
        }
    }

    /** The squares of such rows are 0 or infinite in float32. */
    @Test
    void exact_rowsOfTinyAndHugeLengths_areThoseOfTheirDirections() {
        float[][] rows = clustered(5000, 24, 1);
        float[][] scaled = new float[rows.length][24];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < 24; j++) {
                scaled[i][j] = rows[i][j] * (i % 2 == 0 ? 1e-25f : 1e20f);
            }
        }
        NeighbourSearch plain = exact(rows);
        NeighbourSearch search = exact(scaled);
        for (int i = 0; i < 20; i++) {
            double[] expected = plain.of(rows[i], 12).stream()
                    .mapToDouble(Neighbour::likeness)
                    .toArray();
            assertThat(search.of(scaled[i], 12))
                    .extracting(Neighbour::likeness)
                    .usingElementComparator((a, b) -> Math.abs(a - b) < 1e-5 ? 0 : Double.compare(a, b))
                    .containsExactly(Arrays.stream(expected).boxed().toArray(Double[]::new));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {24, 160})
    void graph_thousandsOfRows_findsNearlyAllNeighbours(int width) {
        float[][] rows = clustered(4000, width, 2);
        NeighbourSearch search = graph(rows);
        int hits = 0;
        for (int i = 0; i < 100; i++) {
            List<Neighbour> found = search.of(rows[i], 10);
            assertThat(found).hasSize(10);
            assertThat(found.get(0).row()).isEqualTo(i);
            assertThat(found).isSortedAccordingTo(Comparator.comparingDouble(one -> -one.likeness()));
            Set<Integer> missed = new HashSet<>(twin(rows, rows[i], 10));
            hits += 10;
            found.forEach(one -> missed.remove(one.row()));
            hits -= missed.size();
        }
        assertThat(hits).isGreaterThanOrEqualTo(970);
    }

    @Test
    void graph_queryThatIsNoRow_isRankedByWholeFeatures() {
        float[][] rows = clustered(1000, 100, 3);
        float[] query = clustered(10, 100, 3)[7];
        Neighbour first = graph(rows).of(query, 3).get(0);
        assertThat(first.row()).isEqualTo(twin(rows, query, 1).get(0));
        assertThat(first.likeness()).isCloseTo(cosine(rows[first.row()], query), within(1e-5));
    }

    @Test
    void bothSearches_oneRowEqualRowsAndZeros_answerWithWhatThereIs() {
        float[][] one = {{1, 2, 3}};
        float[][] equal = {{1, 1}, {1, 1}, {2, 2}, {0, 0}};
        for (NeighbourSearch search : List.of(exact(one), graph(one))) {
            assertThat(search.of(new float[] {2, 4, 6}, 5)).hasSize(1);
        }
        for (NeighbourSearch search : List.of(exact(equal), graph(equal))) {
            assertThat(search.of(new float[] {3, 3}, 10)).hasSize(4).last().isEqualTo(new Neighbour(3, 0));
            assertThat(search.of(new float[] {0, 0}, 2)).hasSize(2);
        }
    }

    @Test
    void graph_notWantedAnyMore_stops() {
        Tensor features = tensor(clustered(200, 8, 4));
        assertThatThrownBy(() -> GraphSearch.build(features, 2, () -> true)).isInstanceOf(CancellationException.class);
    }
}
