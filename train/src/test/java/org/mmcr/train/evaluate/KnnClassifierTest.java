package org.mmcr.train.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mmcr.core.MmcrException;

class KnnClassifierTest {
    @ParameterizedTest
    @CsvSource({"1, 0.5, 300, 40, 8", "20, 0.07, 500, 70, 16", "200, 0.5, 900, 50, 5", "400, 0.5, 120, 30, 7"})
    void classify_randomFeatures_agreesWithSlowTwin(int k, double temperature, int bankRows, int queryRows, int width) {
        Random random = new Random(k + width);
        int[] bankLabels = Examples.labels(bankRows, 6, random);
        int[] queryLabels = Examples.labels(queryRows, 6, random);
        float[][] bank = Examples.blobs(bankLabels, width, 1.5, 7, random);
        float[][] queries = Examples.blobs(queryLabels, width, 1.5, 7, random);

        KnnResult result = new KnnClassifier(k, temperature)
                .classify(
                        Examples.set(bank, bankLabels, Examples.names(6)),
                        Examples.set(queries, queryLabels, Examples.names(6)));

        int[] expected = slowTwin(bank, bankLabels, queries, k, temperature, 6);
        assertThat(result.predictions()).isEqualTo(expected);
        long right = IntStream.range(0, queryRows)
                .filter(i -> expected[i] == queryLabels[i])
                .count();
        assertThat(result.score().top1()).isEqualTo((double) right / queryRows);
        assertThat(result.score().n()).isEqualTo(queryRows);
    }

    @Test
    void classify_anyBlockSizes_sameNeighbours() {
        Random random = new Random(3);
        // Repeated rows: ties at the edge of the k best, within and across blocks.
        Tensor bank = matrix(Examples.lattice(211, 3, 3, random));
        Tensor queries = matrix(Examples.lattice(37, 3, 3, random));
        NearestRows[] whole = new NearestNeighbours(1000, 1000).find(bank, queries, 25);
        for (int[] blocks : new int[][] {{1, 1}, {7, 5}, {64, 37}, {210, 36}}) {
            NearestRows[] cut = new NearestNeighbours(blocks[0], blocks[1]).find(bank, queries, 25);
            for (int q = 0; q < 37; q++) {
                assertThat(rows(cut[q]))
                        .as("blocks %s", Arrays.toString(blocks))
                        .isEqualTo(rows(whole[q]));
            }
        }
    }

    @Test
    void find_equalSimilarities_earliestRowsInOrder() {
        float[][] same = new float[9][4];
        for (float[] row : same) {
            Arrays.fill(row, 2);
        }
        NearestRows[] nearest =
                new NearestNeighbours(4, 2).find(matrix(same), matrix(new float[][] {{1, 1, 1, 1}, {0, 0, 0, 1}}), 5);
        assertThat(rows(nearest[0])).containsExactly(0, 1, 2, 3, 4);
        assertThat(rows(nearest[1])).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void nearestRows_randomTies_matchesSorting() {
        Random random = new Random(11);
        for (int trial = 0; trial < 200; trial++) {
            int n = 1 + random.nextInt(60);
            int k = 1 + random.nextInt(n);
            float[] values = new float[n];
            for (int i = 0; i < n; i++) {
                values[i] = random.nextInt(5) - 2;
            }
            NearestRows nearest = new NearestRows(k);
            int cut = random.nextInt(n + 1);
            nearest.offer(values, cut, 0);
            nearest.offer(Arrays.copyOfRange(values, cut, n), n - cut, cut);
            nearest.finish();
            int[] expected = IntStream.range(0, n)
                    .boxed()
                    .sorted(Comparator.comparingDouble((Integer i) -> -values[i])
                            .thenComparing(i -> i))
                    .limit(k)
                    .mapToInt(i -> i)
                    .toArray();
            assertThat(rows(nearest)).isEqualTo(expected);
        }
    }

    @Test
    void classify_tiedVote_lowestClassWins() {
        FeatureSet bank = Examples.set(new float[][] {{0, 1}, {1, 0}}, new int[] {2, 1}, Examples.names(3));
        FeatureSet query = Examples.set(new float[][] {{1, 1}}, new int[] {2}, Examples.names(3));
        assertThat(new KnnClassifier(2, 0.5).classify(bank, query).predictions())
                .containsExactly(1);
    }

    @Test
    void classify_kBeyondBank_cappedWithNote() {
        FeatureSet bank = Examples.set(new float[][] {{0, 1}, {1, 0}, {1, 1}}, new int[] {0, 1, 1}, Examples.names(2));
        ProtocolResult result = new KnnClassifier(200, 0.5).score(bank, bank).get(0);
        assertThat(result.name()).isEqualTo("knn200");
        assertThat(result.settings()).isEqualTo(new KnnClassifier.Settings(3, 200, 0.5, 3));
        assertThat(result.score().notes()).singleElement().asString().contains("capped at the 3 rows");
    }

    @Test
    void sharing_severalClassifiers_sameAsOneByOne() {
        Random random = new Random(5);
        int[] labels = Examples.labels(400, 4, random);
        FeatureSet bank = Examples.set(Examples.blobs(labels, 6, 2, 1, random), labels, Examples.names(4));
        FeatureSet queries = Examples.set(Examples.blobs(labels, 6, 2, 1, random), labels, Examples.names(4));
        KnnClassifier wide = new KnnClassifier(200, 0.5);
        KnnClassifier narrow = new KnnClassifier(20, 0.07);
        List<ProtocolResult> both = KnnClassifier.sharing(wide, narrow).score(bank, queries);
        assertThat(both).extracting(ProtocolResult::name).containsExactly("knn200", "knn20");
        assertThat(both.get(0).score().confusion())
                .isEqualTo(wide.classify(bank, queries).score().confusion());
        assertThat(both.get(1).score().confusion())
                .isEqualTo(narrow.classify(bank, queries).score().confusion());
    }

    @Test
    void classify_differentClassOrders_matchedByName() {
        FeatureSet bank = Examples.set(
                new float[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, new int[] {0, 1, 2}, List.of("cat", "dog", "fox"));
        FeatureSet queries =
                Examples.set(new float[][] {{0, 0, 1}, {1, 0, 0}}, new int[] {0, 2}, List.of("fox", "owl", "cat"));
        Score score = new KnnClassifier(1, 0.5).classify(bank, queries).score();
        assertThat(score.top1()).isEqualTo(1);
        assertThat(score.confusion()).containsExactly(List.of(1, 0, 0), List.of(0, 0, 0), List.of(0, 0, 1));
        assertThat(score.perClass().get(1)).isEqualTo(new ClassAccuracy("dog", 0, 0));
        assertThat(score.perClass().get(1).accuracy()).isEmpty();
    }

    @Test
    void classify_unknownTestClass_namedInError() {
        FeatureSet bank = Examples.set(new float[][] {{1, 0}}, new int[] {0}, List.of("cat"));
        FeatureSet queries = Examples.set(new float[][] {{0, 1}}, new int[] {0}, List.of("owl"));
        assertThatThrownBy(() -> new KnnClassifier(1, 0.5).classify(bank, queries))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("[cat]")
                .hasMessageContaining("[owl]");
    }

    @Test
    void classify_unlabelled_clearError() {
        FeatureSet bank = Examples.set(new float[][] {{1, 0}}, new int[] {-1}, List.of());
        assertThatThrownBy(() -> new KnnClassifier(1, 0.5).classify(bank, bank))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("needs a label");
    }

    @Test
    void classify_confusion_rowsAreTrueClasses() {
        FeatureSet bank = Examples.set(new float[][] {{1, 0}, {0, 1}}, new int[] {0, 1}, Examples.names(2));
        FeatureSet queries =
                Examples.set(new float[][] {{1, 0}, {1, 0}, {0, 1}}, new int[] {0, 1, 1}, Examples.names(2));
        Score score = new KnnClassifier(1, 0.5).classify(bank, queries).score();
        assertThat(score.confusion()).containsExactly(List.of(1, 0), List.of(1, 1));
        assertThat(score.perClass().get(1).accuracy()).hasValue(0.5);
        assertThat(score.top1()).isCloseTo(2 / 3.0, within(1e-15));
    }

    @Test
    void classify_hugeTinyAndZeroRows_finiteAnswer() {
        FeatureSet bank =
                Examples.set(new float[][] {{3e38f, 0}, {0, 1e-25f}, {0, 0}}, new int[] {0, 1, 2}, Examples.names(3));
        FeatureSet queries = Examples.set(
                new float[][] {{2e38f, 1e37f}, {1e-25f, 2e-24f}, {0, 0}}, new int[] {0, 1, 0}, Examples.names(3));
        assertThat(new KnnClassifier(1, 0.001).classify(bank, queries).predictions())
                .containsExactly(0, 1, 0);
    }

    @Test
    void featureSet_nan_errorNamesRow() {
        float[][] rows = new float[5000][2];
        rows[4500][1] = Float.NaN;
        assertThatThrownBy(() -> Examples.set(rows, new int[5000], Examples.names(1)))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("row 4500");
    }

    @Test
    void search_smallBudget_blocksWithinBudget() {
        Random random = new Random(2);
        Tensor bank = matrix(Examples.lattice(300, 4, 9, random));
        Tensor queries = matrix(Examples.lattice(50, 4, 9, random));
        NearestRows[] small = new NearestNeighbours(4096L, 4).find(bank, queries, 10);
        NearestRows[] large = new NearestNeighbours(NearestNeighbours.DEFAULT_BUDGET_BYTES, 4).find(bank, queries, 10);
        for (int q = 0; q < 50; q++) {
            assertThat(rows(small[q])).isEqualTo(rows(large[q]));
        }
    }

    private static int[] slowTwin(
            float[][] bank, int[] labels, float[][] queries, int k, double temperature, int classes) {
        int[] predicted = new int[queries.length];
        for (int q = 0; q < queries.length; q++) {
            double[] similarity = new double[bank.length];
            for (int i = 0; i < bank.length; i++) {
                similarity[i] = cosine(bank[i], queries[q]);
            }
            double[] votes = new double[classes];
            IntStream.range(0, bank.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble((Integer i) -> -similarity[i])
                            .thenComparing(i -> i))
                    .limit(k)
                    .forEach(i -> votes[labels[i]] += Math.exp(similarity[i] / temperature));
            for (int c = 1; c < classes; c++) {
                predicted[q] = votes[c] > votes[predicted[q]] ? c : predicted[q];
            }
        }
        return predicted;
    }

    private static double cosine(float[] a, float[] b) {
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int j = 0; j < a.length; j++) {
            ab += (double) a[j] * b[j];
            aa += (double) a[j] * a[j];
            bb += (double) b[j] * b[j];
        }
        return ab / Math.sqrt(aa * bb);
    }

    private static int[] rows(NearestRows nearest) {
        return IntStream.range(0, nearest.size()).map(nearest::row).toArray();
    }

    private static Tensor matrix(float[][] rows) {
        return Examples.set(rows, new int[rows.length], Examples.names(1)).features();
    }
}
