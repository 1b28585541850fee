package org.mmcr.train.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mmcr.core.MmcrException;
import org.mmcr.data.TestPictures;

/** Draws of labels, and the mean and deviation over draws. */
class LabelBudgetTest {
    /** Twenty pictures of each class; picture i has class i % 3. */
    private static final TestPictures DATA = TestPictures.ofNoise(60, 2, 2).withClasses(List.of("a", "b", "c"));

    @ParameterizedTest
    @CsvSource({"10%, 2", "10 %, 2", "5-per-class, 5", "5, 5", "all, 20", "100%, 20"})
    void draw_ofABudget_hasItsLabelsOfEachClass(String text, int count) {
        int[] drawn = LabelBudget.parse(text).draw(DATA, 1);
        assertThat(drawn).isSorted().doesNotHaveDuplicates();
        for (int label = 0; label < 3; label++) {
            int wanted = label;
            assertThat(Arrays.stream(drawn)
                            .filter(sample -> sample % 3 == wanted)
                            .count())
                    .isEqualTo(count);
        }
    }

    @Test
    void draw_ofAnotherSeed_isAnother() {
        LabelBudget budget = LabelBudget.parse("5-per-class");
        assertThat(budget.draw(DATA, 1)).isEqualTo(budget.draw(DATA, 1)).isNotEqualTo(budget.draw(DATA, 2));
    }

    @Test
    void draw_ofMoreThanThereAre_isOneLine() {
        LabelBudget budget = LabelBudget.parse("21-per-class");
        assertThatThrownBy(() -> budget.draw(DATA, 1))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("20-per-class");
    }

    @Test
    void row_ofDraws_hasMeanAndSampleDeviation() {
        FinetuneResult.Row row = FinetuneResult.Row.of("probe", "title", List.of(0.5, 0.7, 0.9));
        assertThat(row.top1()).isCloseTo(0.7, within(1e-12));
        assertThat(row.top1Std()).isCloseTo(0.2, within(1e-12));
        assertThat(FinetuneResult.Row.of("probe", "title", List.of(0.5)).top1Std())
                .isZero();
    }
}
