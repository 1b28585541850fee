package org.mmcr.analysis.curate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.mmcr.analysis.curate.CurationFixtures.nearest;
import static org.mmcr.analysis.curate.CurationFixtures.noise;
import static org.mmcr.analysis.curate.CurationFixtures.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mmcr.core.capacity.CapacityProgress;
import org.mmcr.data.TestPictures;
import org.mmcr.train.evaluate.NearestRows;

@Tag("long")
class CurationPartsTest {
    private static final int WIDTH = 6;

    @Test
    void subset_lazilyGreedy_isThatOfTheSlowTwin() {
        float[][] rows = clusters(4, 15, 0.3, 3);
        NearestRows[] nearest = nearest(rows, 0, 60);
        boolean[] eligible = new boolean[60];
        Arrays.fill(eligible, true);
        eligible[7] = false;
        DiverseSubset found = DiverseSubset.of(nearest, eligible, 20);
        double[][] similarity = new double[60][60];
        for (int i = 0; i < 60; i++) {
            for (int rank = 0; rank < nearest[i].size(); rank++) {
                similarity[i][nearest[i].row(rank)] = Math.max(0, nearest[i].similarity(rank));
            }
            similarity[i][i] = 1;
        }
        double[] best = new double[60];
        List<Integer> order = new ArrayList<>();
        Set<Integer> taken = new HashSet<>(Set.of(7));
        for (int round = 0; round < 20; round++) {
            int chosen = -1;
            double most = -1;
            for (int j = 0; j < 60; j++) {
                double gain = 0;
                for (int i = 0; i < 60; i++) {
                    gain += Math.max(0, similarity[i][j] - best[i]);
                }
                if (!taken.contains(j) && gain > most + 1e-12) {
                    most = gain;
                    chosen = j;
                }
            }
            order.add(chosen);
            taken.add(chosen);
            for (int i = 0; i < 60; i++) {
                best[i] = Math.max(best[i], similarity[i][chosen]);
            }
        }
        assertThat(found.order()).isEqualTo(order);
        assertThat(found.coverage().get(19))
                .isCloseTo(Arrays.stream(best).average().orElseThrow(), within(1e-9));
        // One of each cluster comes first.
        assertThat(found.order().subList(0, 4).stream().map(i -> i / 15).distinct())
                .hasSize(4);
        assertThat(DiverseSubset.of(nearest, new boolean[60], 5).order()).isEmpty();
    }

    @Test
    void labelIssues_ofFlippedLabels_findsThemAndTheirClass() {
        float[][] rows = clusters(3, 40, 0.4, 5);
        int[] labels = IntStream.range(0, 120).map(i -> i / 40).toArray();
        int[] flipped = {3, 50, 111};
        for (int i : flipped) {
            labels[i] = (labels[i] + 1) % 3;
        }
        labels[20] = -1;
        try (Tensor features = tensor(rows)) {
            LabelIssues found = LabelIssues.of(
                    features,
                    labels,
                    List.of("a", "b", "c"),
                    nearest(rows, 0, 51),
                    IntStream.range(0, 120).toArray(),
                    0,
                    fold -> {});
            assertThat(IntStream.range(0, 120).filter(i -> found.suspected()[i]))
                    .containsExactly(3, 50, 111);
            for (int i : flipped) {
                assertThat(found.suggested()[i]).isEqualTo(i / 40);
                assertThat(found.score()[i]).isBetween(0.75, 1.0);
            }
            assertThat(found.judged()).isEqualTo(119);
            assertThat(found.agreeing()).isEqualTo(116);
            assertThat(found.score()[20]).isZero();
        }
    }

    @Test
    void labelIssues_voters_areHalfTheMedianClass() {
        assertThat(LabelIssues.voters(new int[] {40, 0, 38, 900})).isEqualTo(20);
        assertThat(LabelIssues.voters(new int[] {6, 7})).isEqualTo(10);
        assertThat(LabelIssues.voters(new int[] {5000, 4000, 3000})).isEqualTo(50);
    }

    /** Where classes overlap a classifier is often wrong, but seldom by much. */
    @Test
    void labelIssues_ofOverlappingClasses_areTheClearOnes() {
        int[] labels = IntStream.range(0, 120).map(i -> i / 40).toArray();
        try (Tensor features = tensor(clusters(3, 40, 2, 9))) {
            LabelIssues found = LabelIssues.of(
                    features,
                    labels,
                    List.of("a", "b", "c"),
                    nearest(clusters(3, 40, 2, 9), 0, 51),
                    IntStream.range(0, 120).toArray(),
                    0,
                    fold -> {});
            assertThat(found.agreeing()).isLessThan(110);
            assertThat(IntStream.range(0, 120).filter(i -> found.suspected()[i]))
                    .allMatch(i -> found.score()[i] >= 0.85);
        }
    }

    @Test
    void labelIssues_ofOneClassOrTooFewPictures_areNone() {
        float[][] rows = clusters(2, 4, 0.1, 6);
        try (Tensor features = tensor(rows)) {
            for (int[] labels : new int[][] {new int[8], {0, 0, 0, 0, 1, 1, 1, 1}, {0, 0, 0, 0, 0, 1, 1, -1}}) {
                LabelIssues found = LabelIssues.of(
                        features, labels, List.of("a", "b"), nearest(rows, 0, 5), new int[8], 0, fold -> {});
                assertThat(found.judged()).isZero();
                assertThat(found.score()).containsOnly(0);
            }
        }
    }

    @Test
    void outliers_oneFarRow_hasTheHighestScoreAndEqualRowsHaveNone() {
        float[][] rows = clusters(1, 60, 0.2, 7);
        Arrays.fill(rows[31], 0);
        rows[31][4] = -5;
        double[] found =
                Outliers.of(nearest(rows, 0, 51), IntStream.range(0, 60).toArray());
        assertThat(found[31]).isBetween(0.99, 1.0);
        assertThat(IntStream.range(0, 60)
                        .filter(i -> i != 31)
                        .mapToDouble(i -> found[i])
                        .max()
                        .orElseThrow())
                .isLessThan(found[31]);
        assertThat(IntStream.range(0, 60)
                        .filter(i -> found[i] >= Outliers.FLAGGED)
                        .count())
                .isLessThan(10);
        for (float[] row : rows) {
            Arrays.fill(row, 1);
        }
        assertThat(Outliers.of(nearest(rows, 0, 51), IntStream.range(0, 60).toArray()))
                .containsOnly(0);
    }

    @Test
    void outliers_ofManyCopies_areThoseWithoutThem() {
        float[][] rows = clusters(1, 100, 0.2, 7);
        Arrays.fill(rows[99], 0);
        rows[99][4] = -5;
        int[] first = IntStream.range(0, 100).map(i -> i < 60 ? 0 : i).toArray();
        Arrays.fill(rows, 1, 60, rows[0]);
        float[][] different = Arrays.copyOfRange(rows, 59, 100);
        double[] expected =
                Outliers.of(nearest(different, 0, 41), IntStream.range(0, 41).toArray());
        try (Tensor all = tensor(rows)) {
            double[] found = Outliers.of(new PictureNeighbours(2, CapacityProgress.NONE).of(all, first, 0, 51), first);
            assertThat(found[99]).isBetween(0.99, 1.0);
            for (int i = 0; i < 100; i++) {
                assertThat(found[i]).isCloseTo(expected[Math.max(0, i - 59)], within(1e-3));
            }
        }
    }

    /** The graph and the exact search agree, copies have the neighbours of the first of them, and are not found. */
    @Test
    void neighbours_ofCopies_areThoseOfTheFirst() {
        float[][] rows = clusters(4, 30, 0.3, 8);
        int[] first = IntStream.range(0, 120).toArray();
        for (int copy : new int[] {50, 51, 119}) {
            rows[copy] = rows[40];
            first[copy] = 40;
        }
        int from = 20;
        try (Tensor all = tensor(rows)) {
            NearestRows[] exact = new PictureNeighbours(200, 2, CapacityProgress.NONE).of(all, first, from, 8);
            NearestRows[] graph = new PictureNeighbours(10, 2, CapacityProgress.NONE).of(all, first, from, 8);
            assertThat(exact).hasSize(100);
            int found = 0;
            for (int i = 0; i < exact.length; i++) {
                Set<Integer> expected = new HashSet<>();
                for (int rank = 0; rank < 8; rank++) {
                    expected.add(exact[i].row(rank));
                    assertThat(exact[i].row(rank)).isNotIn(50, 51, 119);
                }
                assertThat(exact[i].row(0)).isEqualTo(first[from + i]);
                for (int rank = 0; rank < graph[i].size(); rank++) {
                    found += expected.contains(graph[i].row(rank)) ? 1 : 0;
                }
            }
            assertThat(found).isGreaterThan(790);
            assertThat(exact[119 - from].row(3)).isEqualTo(exact[40 - from].row(3));
        }
    }

    /** 100,000 copies of one picture and one other picture: one group, in seconds. */
    @Test
    void neighbours_ofManyCopies_areTheTwoPictures() {
        int[] first = new int[100_001];
        first[100_000] = 100_000;
        try (Tensor all = torch.ones(100_001, 2)) {
            NearestRows[] nearest = new PictureNeighbours(2, CapacityProgress.NONE).of(all, first, 0, 51);
            assertThat(nearest[77].size()).isEqualTo(2);
            PictureSketch copy = PictureSketch.of(noise(8, 8, 1));
            List<PictureSketch> sketches = new ArrayList<>(Collections.nCopies(100_000, copy));
            sketches.add(PictureSketch.of(noise(8, 8, 2)));
            Duplicates found = Duplicates.of(sketches, 0, nearest, false);
            assertThat(found.groups()).isEqualTo(1);
            assertThat(found.flagged(0)).isEqualTo(99_999);
            assertThat(Outliers.of(nearest, first)).hasSize(100_001);
        }
    }

    /** The rows of the other data are nearer than its own to every picture; only duplicates concern them. */
    @Test
    void curation_againstManyOthers_hasTheScoresWithoutThem() {
        TestPictures data = TestPictures.ofNoise(60, 32, 32);
        TestPictures others = TestPictures.of(
                360, i -> i == 359 ? TestPictures.noise(32, 32, 5) : TestPictures.noise(32, 32, 1000 + i));
        float[][] own = clusters(3, 20, 0.4, 5);
        float[][] all = Stream.concat(Arrays.stream(clusters(3, 120, 0.01, 6)), Arrays.stream(own))
                .toArray(float[][]::new);
        List<String> labels = IntStream.range(0, 60)
                .mapToObj(i -> i == 3 ? "c" : List.of("a", "b", "c").get(i / 20))
                .toList();
        Curator.Options options = new Curator.Options(false, 10, 0, 1);
        try (Tensor alone = tensor(own);
                Tensor both = tensor(all)) {
            Curation expected =
                    new Curator(data, Optional.empty(), options).curate(alone, labels, "drawn", CapacityProgress.NONE);
            Curation found = new Curator(data, Optional.of(others), options)
                    .curate(both, labels, "drawn", CapacityProgress.NONE);
            for (int i = 0; i < 60; i++) {
                CurationRow row = found.rows().get(i);
                assertThat(row.outlier()).isCloseTo(expected.rows().get(i).outlier(), within(1e-3));
                assertThat(row.labelIssue()).isCloseTo(expected.rows().get(i).labelIssue(), within(1e-3));
                assertThat(row.suggestedLabel())
                        .isEqualTo(expected.rows().get(i).suggestedLabel());
                assertThat(row.has(CurationRow.DUPLICATE)).isEqualTo(i == 5);
            }
            assertThat(found.rows().get(3).labelIssue()).isGreaterThan(0.5);
            assertThat(found.duplicates().across()).isEqualTo(1);
            assertThat(found.chosen()).hasSize(10).doesNotContain(5);
            assertThat(expected.chosen()).hasSize(10);
        }
    }

    /** Rows about an axis of their own for each cluster. */
    private static float[][] clusters(int count, int size, double noise, long seed) {
        Random random = new Random(seed);
        float[][] rows = new float[count * size][WIDTH];
        for (int i = 0; i < rows.length; i++) {
            for (int d = 0; d < WIDTH; d++) {
                rows[i][d] = (float) ((i / size == d ? 1 : 0) + noise * random.nextGaussian() / 2);
            }
        }
        return rows;
    }
}
