package org.mmcr.train.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FewLabelsTest {
    private final int[] labels = Examples.labels(90, 3, new Random(1));
    private final float[][] rows = Examples.blobs(labels, 6, 0.05, 4, new Random(2));

    @Test
    void draw_anySeed_takesSoManyOfEachClassAndRepeats() {
        try (FeatureSet bank = Examples.set(rows, labels, Examples.names(4))) {
            int[] drawn = FewLabels.draw(bank, 5, 7);
            assertThat(drawn).hasSize(15).doesNotHaveDuplicates().isSorted();
            for (int c = 0; c < 3; c++) {
                int wanted = c;
                assertThat(Arrays.stream(drawn)
                                .filter(row -> labels[row] == wanted)
                                .count())
                        .isEqualTo(5);
            }
            assertThat(FewLabels.draw(bank, 5, 7)).isEqualTo(drawn);
            assertThat(FewLabels.draw(bank, 5, 8)).isNotEqualTo(drawn);
            assertThatThrownBy(() -> FewLabels.draw(bank, 80, 7)).hasMessageContaining("lower --labels-per-class");
        }
    }

    /** One generator shuffles the rows of each class in turn; another order would change published figures. */
    @Test
    void draw_isTheStartOfEachShuffledClass() {
        Random random = new Random(7);
        List<Integer> expected = new ArrayList<>();
        for (int c = 0; c < 3; c++) {
            List<Integer> members = new ArrayList<>();
            for (int row = 0; row < labels.length; row++) {
                if (labels[row] == c) {
                    members.add(row);
                }
            }
            Collections.shuffle(members, random);
            expected.addAll(members.subList(0, 5));
        }
        Collections.sort(expected);
        try (FeatureSet bank = Examples.set(rows, labels, Examples.names(3))) {
            assertThat(Arrays.stream(FewLabels.draw(bank, 5, 7)).boxed().toList())
                    .isEqualTo(expected);
        }
    }

    @Test
    void score_tightBlobs_needOneLabelEach() {
        try (FeatureSet bank = Examples.set(rows, labels, Examples.names(3));
                FeatureSet queries = Examples.set(rows, labels, Examples.names(3))) {
            FewLabels few = new FewLabels(
                    1, 3, 0, List.of(new KnnClassifier(20, 0.07), new LinearProbe(ProbeOptions.defaults())));
            List<ProtocolResult> results = few.score(bank, queries);
            assertThat(results).extracting(ProtocolResult::name).containsExactly("knn20_labels1", "linear_labels1");
            for (ProtocolResult result : results) {
                assertThat(result.score().top1()).isEqualTo(1);
                assertThat(result.score().top1Std()).hasValue(0);
                assertThat(result.score().n()).isEqualTo(90);
            }
            assertThat(results.get(1).settings()).isEqualTo(new FewLabels.Settings("linear", 1, 3, 3));
        }
    }

    @Test
    void score_severalDraws_fitsEachToLabelsOfItsOwn() {
        List<Float> fitted = new ArrayList<>();
        Protocol recorder = (train, test) -> {
            fitted.add(train.features().sum().item_float());
            return List.of(new ProtocolResult("recorder", "recorder", "recorder", null, draw(0.5)));
        };
        try (FeatureSet bank = Examples.set(rows, labels, Examples.names(3))) {
            new FewLabels(5, 3, 0, List.of(recorder)).score(bank, bank);
        }
        assertThat(fitted).hasSize(3).doesNotHaveDuplicates();
    }

    @Test
    void over_threeDraws_isMeanAndSampleDeviation() {
        Score score = Score.over(List.of(draw(0.1), draw(0.2), draw(0.6)));
        assertThat(score.top1()).isCloseTo(0.3, within(1e-12));
        assertThat(score.top1Std().orElseThrow()).isCloseTo(Math.sqrt(0.07), within(1e-12));
        assertThat(score.seconds()).isEqualTo(6);
        assertThat(Score.over(List.of(draw(0.2))).top1Std()).hasValue(0);
    }

    private static Score draw(double top1) {
        return new Score(top1, OptionalDouble.empty(), 10, List.of(), List.of(), List.of(), 2);
    }
}
