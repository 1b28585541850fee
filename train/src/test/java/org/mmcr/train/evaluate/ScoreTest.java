package org.mmcr.train.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class ScoreTest {
    /** The score of ten samples of one class, of which some are predicted right. */
    private static Score correct(int count) {
        int[] predicted = IntStream.range(0, 10).map(row -> row < count ? 0 : 1).toArray();
        return Score.of(List.of("a", "b"), new int[10], predicted, List.of(), 0);
    }

    @Test
    void over_threeDraws_isTheirMeanAndSampleDeviation() {
        Score score = Score.over(List.of(correct(1), correct(2), correct(6)));
        assertThat(score.top1()).isCloseTo(0.3, within(1e-12));
        assertThat(score.top1Std().orElseThrow())
                .isCloseTo(Math.sqrt((0.2 * 0.2 + 0.1 * 0.1 + 0.3 * 0.3) / 2), within(1e-12));
        assertThat(Score.over(List.of(correct(4))).top1Std().orElseThrow()).isZero();
    }

    @Test
    void ofHighest_scoresOfFourSamples_takesTheFirstOfEqualOnes() {
        float[] scores = {1, 2, 0, 3, 3, 3, -3, -1, -2, 0, 1, 5};
        try (FeatureSet set =
                new FeatureSet(Tensor.create(scores, 4, 3), new int[] {0, 1, 1, 0}, List.of("dog", "cat"))) {
            Score score = Score.ofHighest(set, List.of("cat", "dog", "owl"));
            assertThat(score.confusion()).containsExactly(List.of(1, 1, 0), List.of(0, 1, 1), List.of(0, 0, 0));
            assertThat(score.top1()).isEqualTo(0.5);
        }
    }
}
