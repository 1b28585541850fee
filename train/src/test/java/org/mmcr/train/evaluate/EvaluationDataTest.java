package org.mmcr.train.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;

class EvaluationDataTest {
    private static final List<String> NAMES = List.of("red", "green", "blue");
    private static final EvaluationOptions OPTIONS = EvaluationOptions.defaults();

    @Test
    void of_testAmongTheTrainingData_countsTheCommonSamples() {
        DataSource all = ToyPictures.of(30, NAMES, 1);
        assertThat(EvaluationData.of(all, all, OPTIONS).notes())
                .containsExactly("30 of the 30 test pictures are training pictures too; the accuracies are too high");
        DataSource overlapping = DataSources.subset(all, new int[] {3, 9, 20, 21});
        DataSource rest = DataSources.subset(
                all, IntStream.range(0, 30).filter(i -> i != 20).toArray());
        assertThat(EvaluationData.of(rest, overlapping, OPTIONS).notes())
                .containsExactly("3 of the 4 test pictures are training pictures too; the accuracies are too high");
        assertThat(EvaluationData.of(all, ToyPictures.of(30, NAMES, 2), OPTIONS).notes())
                .isEmpty();
    }

    @Test
    void of_tables_comparesWholeRows() {
        DataSource train = table(new float[][] {{1, 2}, {3, 4}, {5, 6}}, "a", "b", "a");
        DataSource test = table(new float[][] {{3, 4}, {3, 5}}, "a", "b");
        assertThat(EvaluationData.of(train, test, OPTIONS).notes())
                .containsExactly("1 of the 2 test rows are training rows too; the accuracies are too high");
    }

    @Test
    void of_partlyLabelledData_usesTheLabelledSamplesAndCountsTheOthers() {
        DataSource train = table(new float[][] {{1, 2}, {3, 4}, {5, 6}}, "a", "", "b");
        DataSource test = table(new float[][] {{7, 4}, {3, 5}}, "", "b");
        EvaluationData data = EvaluationData.of(train, test, OPTIONS);
        assertThat(data.train().size()).isEqualTo(2);
        assertThat(data.train().name(1)).isEqualTo(train.name(2));
        assertThat(data.test().size()).isEqualTo(1);
        assertThat(data.notes())
                .containsExactly(
                        "1 of the 3 training rows have no label and were left out",
                        "1 of the 2 test rows have no label and were left out");
    }

    @Test
    void of_unlabelledTest_reportsWhatIsMissing() {
        assertThatThrownBy(
                        () -> EvaluationData.of(ToyPictures.of(30, NAMES, 1), ToyPictures.of(9, List.of(), 2), OPTIONS))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("labelled test data");
    }

    @Test
    void of_aTestClassThatTrainingLacks_namesIt() {
        assertThatThrownBy(() -> EvaluationData.of(
                        ToyPictures.of(9, NAMES, 1), ToyPictures.of(9, List.of("red", "violet"), 2), OPTIONS))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("[blue, green, red]")
                .hasMessageContaining("found also [violet]");
    }

    @Test
    void of_aTestClassThatTrainingNamesWithoutASample_namesIt() {
        DataSource withoutBlue = DataSources.subset(ToyPictures.of(9, NAMES, 1), new int[] {0, 1, 3, 4, 6, 7});
        assertThat(withoutBlue.classNames()).isEqualTo(NAMES);
        assertThatThrownBy(() -> EvaluationData.of(withoutBlue, ToyPictures.of(9, NAMES, 2), OPTIONS))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("[green, red]")
                .hasMessageContaining("found also [blue]");
    }

    @Test
    void of_fewerLabelsThanAskedFor_namesTheClass() {
        assertThatThrownBy(() -> EvaluationData.of(
                        ToyPictures.of(10, NAMES, 1),
                        ToyPictures.of(9, NAMES, 2),
                        OPTIONS.withFewLabels(List.of(1, 4), 2)))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("at least 4")
                .hasMessageContaining("green, found 3");
    }

    /** A table whose empty labels are none. */
    private static DataSource table(float[][] rows, String... labels) {
        List<String> columns = new ArrayList<>();
        for (int c = 0; c < rows[0].length; c++) {
            columns.add("c" + c);
        }
        return DataSources.vectors("table", columns, rows, Arrays.asList(labels));
    }
}
