package org.mmcr.analysis.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.core.MmcrException;

class RetrievalTest {
    @Test
    void of_anyEmbeddings_agreesWithLoopsOverAllPairs() {
        try (PointerScope scope = new PointerScope()) {
            torch.manual_seed(1);
            Tensor a = torch.randn(30, 4);
            Tensor b = a.add(torch.randn(30, 4), new Scalar(0.8)).mul(new Scalar(7));
            int first = 0;
            double below = 0;
            for (int n = 0; n < 30; n++) {
                int nearer = 0;
                for (int m = 0; m < 30; m++) {
                    nearer += cosine(a, b, n, m) > cosine(a, b, n, n) ? 1 : 0;
                }
                first += nearer == 0 ? 1 : 0;
                below += (29 - nearer) / 29.0;
            }
            Retrieval found = Retrieval.of("a", "b", a, b);
            assertThat(found.recall1()).isEqualTo(first / 30.0).isBetween(0.1, 0.9);
            assertThat(found.matching()).isCloseTo(below / 30, within(1e-12));
            assertThat(found.chance()).isEqualTo(new Retrieval.Chance(1 / 30.0, 5 / 30.0, 10 / 30.0, 15.5));
            Retrieval itself = Retrieval.of("a", "a", a, a);
            assertThat(itself.recall1()).isEqualTo(1);
            assertThat(itself.medianRank()).isEqualTo(1);
        }
    }

    /** An even and an odd number of pairs. */
    @ParameterizedTest
    @ValueSource(ints = {200, 201})
    void of_relatedPairs_hasTheRecallsAndMedianRankOfPlainLoops(int size) {
        int width = 4;
        Random random = new Random(size);
        float[] queries = new float[size * width];
        float[] candidates = new float[size * width];
        for (int i = 0; i < queries.length; i++) {
            queries[i] = (float) random.nextGaussian();
            candidates[i] = queries[i] + 1.5f * (float) random.nextGaussian();
        }
        int[] ranks = new int[size];
        for (int n = 0; n < size; n++) {
            double own = cosine(queries, candidates, width, n, n);
            ranks[n] = 1;
            for (int m = 0; m < size; m++) {
                ranks[n] += cosine(queries, candidates, width, n, m) > own ? 1 : 0;
            }
        }
        Arrays.sort(ranks);
        double median = size % 2 == 0 ? (ranks[size / 2 - 1] + ranks[size / 2]) / 2.0 : ranks[size / 2];
        try (PointerScope scope = new PointerScope()) {
            Retrieval found = Retrieval.of(
                    "a",
                    "b",
                    torch.tensor(queries).reshape(size, width),
                    torch.tensor(candidates).reshape(size, width));
            assertThat(found.recall1()).isEqualTo(recall(ranks, 1));
            assertThat(found.recall5()).isEqualTo(recall(ranks, 5)).isGreaterThan(found.recall1());
            assertThat(found.recall10()).isEqualTo(recall(ranks, 10)).isGreaterThan(found.recall5());
            assertThat(found.medianRank()).isEqualTo(median).isGreaterThan(1);
        }
    }

    private static double recall(int[] ranks, int first) {
        int found = 0;
        for (int rank : ranks) {
            found += rank <= first ? 1 : 0;
        }
        return found / (double) ranks.length;
    }

    private static double cosine(float[] a, float[] b, int width, int n, int m) {
        double product = 0;
        double first = 0;
        double second = 0;
        for (int c = 0; c < width; c++) {
            double x = a[n * width + c];
            double y = b[m * width + c];
            product += x * y;
            first += x * x;
            second += y * y;
        }
        return product / Math.sqrt(first * second);
    }

    private static double cosine(Tensor a, Tensor b, int n, int m) {
        Tensor x = a.select(0, n);
        Tensor y = b.select(0, m);
        return x.dot(y).item_float() / (x.norm().item_float() * y.norm().item_float());
    }

    /** Scales whose squares float32 does not hold. */
    @ParameterizedTest
    @ValueSource(doubles = {1e-25, 1e20})
    void of_tinyOrHugeRows_isThatOfTheirDirections(double scale) {
        try (PointerScope scope = new PointerScope()) {
            Tensor rows = torch.tensor(new float[] {1, 0, 3, 3}).reshape(2, 2).mul(new Scalar(scale));
            assertThat(Retrieval.ranks(rows, rows)).containsExactly(1, 1);
        }
    }

    /** A collapse must not look like a success. */
    @Test
    void of_equalEmbeddings_isChance() {
        try (PointerScope scope = new PointerScope()) {
            for (Tensor equal : new Tensor[] {torch.zeros(21, 3), torch.ones(21, 3)}) {
                Retrieval found = Retrieval.of("a", "b", equal, equal);
                assertThat(found.recall10()).isZero();
                assertThat(found.medianRank()).isEqualTo(11);
                assertThat(found.matching()).isCloseTo(0.5, within(1e-12));
            }
            assertThatThrownBy(() -> Retrieval.of("a", "b", torch.zeros(3, 2), torch.zeros(4, 2)))
                    .isInstanceOf(MmcrException.class)
                    .hasMessageContaining("3 and 4");
        }
    }
}
