package org.mmcr.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class JitteredSampleTest {
    @Test
    void of_fewIndices_isAllOfThem() {
        assertThat(JitteredSample.of(5, 9)).containsExactly(0, 1, 2, 3, 4);
        assertThat(JitteredSample.of(0, 3)).isEmpty();
        assertThat(JitteredSample.of(4, 0)).isEmpty();
        int large = Integer.MAX_VALUE;
        assertThat(JitteredSample.of(large, 3)).hasSize(3).isSorted();
        assertThat(JitteredSample.of(large, 3)[2]).isBetween(large / 3 * 2, large - 1);
    }

    @Test
    void of_manyIndices_hasOneOfEachPart() {
        int[] sample = JitteredSample.of(1_000, 300);
        assertThat(sample).hasSize(300).isSorted().doesNotHaveDuplicates().isEqualTo(JitteredSample.of(1_000, 300));
        for (int i = 0; i < 300; i++) {
            assertThat(sample[i]).isBetween(i * 1_000 / 300, (i + 1) * 1_000 / 300 - 1);
        }
    }

    /** 5,000 rows whose ten classes take turns: every fifth row is of one of two classes. */
    @Test
    void of_classesThatTakeTurns_meetsEveryClassAsOften() {
        int[] counts = new int[10];
        Arrays.stream(JitteredSample.of(5_000, 1_000)).forEach(row -> counts[row % 10]++);
        assertThat(Arrays.stream(counts).min().orElseThrow()).isGreaterThan(70);
        int[] sorted = new int[10];
        Arrays.stream(JitteredSample.of(5_000, 1_000)).forEach(row -> sorted[row / 500]++);
        assertThat(sorted).containsOnly(100);
    }
}
