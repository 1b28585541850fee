package org.mmcr.train.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
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

    @Test
    void measure_tightBlobs_needOneLabelEach() {
        try (FeatureSet bank = Examples.set(rows, labels, Examples.names(3));
                FeatureSet queries = Examples.set(rows, labels, Examples.names(3))) {
            FewLabels few = FewLabels.measure("blobs", 1, 3, bank, queries, ProbeOptions.defaults());
            assertThat(few.labels()).isEqualTo(3);
            assertThat(few.linear()).isEqualTo(new FewLabels.Spread(1, 0));
            assertThat(few.knn20()).isEqualTo(new FewLabels.Spread(1, 0));
        }
    }

    @Test
    void spread_ofThree_isMeanAndSampleDeviation() {
        FewLabels.Spread spread = FewLabels.Spread.of(new double[] {1, 2, 6});
        assertThat(spread.mean()).isEqualTo(3);
        assertThat(spread.std()).isCloseTo(Math.sqrt(7), within(1e-12));
        assertThat(List.of(FewLabels.Spread.of(new double[] {2}))).containsExactly(new FewLabels.Spread(2, 0));
    }
}
