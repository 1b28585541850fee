package org.mmcr.analysis.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mmcr.analysis.comparison.TrialResult.PathPoint;
import org.mmcr.analysis.trials.DataUsed;
import org.mmcr.analysis.trials.MeanOverRuns;
import org.mmcr.train.run.ObjectiveSpec;
import org.mmcr.train.run.PretrainConfig;

/** The table of given trials, and the settings of trials. */
class ComparisonDocumentTest {
    private static final ComparisonSettings SETTINGS = new ComparisonSettings(
            new DataUsed("train", "1", 100),
            new DataUsed("test", "2", 50),
            List.of("mmcr", "simclr"),
            2,
            0,
            List.of(1),
            3,
            "batch: 8");

    private static TrialResult trial(String objective, int seed, double linear, PathPoint... path) {
        return new TrialResult(
                objective,
                false,
                seed,
                0.1,
                "weight",
                1,
                10,
                80,
                5,
                0.5,
                1 << 20,
                Map.of("linear", linear),
                List.of(path),
                List.of("a note"));
    }

    private static PathPoint point(long views, double accuracy) {
        return new PathPoint(views / 8, views, views / 100.0, accuracy, 0.5, 1, -1);
    }

    @ParameterizedTest
    @CsvSource({
        "mi_lower_bound, -53.7, none shown",
        "infonce, 0, none shown",
        "infonce, 0.467, 0.467",
        "uniformity, -0.5, -0.500"
    })
    void text_ofABoundThatShowsNoInformation_saysSo(String name, double mean, String expected) {
        ComparisonFigure figure = ComparisonFigure.all(List.of()).stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
        assertThat(figure.text(new MeanOverRuns(mean, OptionalDouble.empty(), 1)))
                .isEqualTo(expected);
    }

    @Test
    void table_ofTwoSeeds_hasMeanAndSampleStandardDeviation() {
        List<TrialResult> trials = List.of(trial("mmcr", 0, 0.5), trial("mmcr", 1, 0.7), trial("simclr", 0, 0.4));
        ComparisonDocument document = ComparisonDocument.of(SETTINGS, trials);
        ComparisonDocument.Row linear = document.table().get(0);
        MeanOverRuns both = linear.objectives().get("mmcr");
        assertThat(both.mean()).isCloseTo(0.6, within(1e-12));
        assertThat(both.sd().orElseThrow()).isCloseTo(Math.sqrt(0.02), within(1e-12));
        assertThat(both.n()).isEqualTo(2);
        MeanOverRuns one = linear.objectives().get("simclr");
        assertThat(one.sd()).isEmpty();
        assertThat(linear.figure().text(both)).isEqualTo("60.0 ± 14.1 %");
        assertThat(linear.figure().text(one)).isEqualTo("40.0 %");
        assertThat(document.notes()).containsExactly("a note");
        List<String> lines = document.csv().lines().toList();
        assertThat(lines.get(0)).isEqualTo("figure,mmcr,mmcr_sd,mmcr_n,simclr,simclr_sd,simclr_n");
        assertThat(lines.get(1)).startsWith("linear,0.6").endsWith(",2,0.4,,1");
        assertThat(lines.get(2)).isEqualTo("knn20,,,0,,,0");
    }

    @ParameterizedTest
    @CsvSource({"80,0.2", "100,0.25", "120,0.3", "160,0.4"})
    void accuracyAt_someViews_isInterpolatedBetweenCheckpoints(long views, double expected) {
        List<PathPoint> path = List.of(point(80, 0.2), point(160, 0.4));
        assertThat(EqualViews.at(path, views).orElseThrow()).isCloseTo(expected, within(1e-12));
        assertThat(EqualViews.at(path, 161)).isEmpty();
    }

    @Test
    void equalViews_areThoseOfTheSlowestRun() {
        List<TrialResult> trials = EqualViews.added(List.of(
                trial("mmcr", 0, 0.5, point(80, 0.2), point(160, 0.4)),
                trial("simclr", 0, 0.5, point(60, 0.1), point(120, 0.5))));
        assertThat(trials.get(0).figures().get(ComparisonFigure.EQUAL_VIEWS)).isCloseTo(0.3, within(1e-12));
        assertThat(trials.get(1).figures().get(ComparisonFigure.EQUAL_VIEWS)).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void trials_ofEveryObjective_startFromItsPublishedSettingsAndShareTheirDraws() {
        PretrainConfig base = PretrainConfig.defaults();
        double rate = base.optimizer().learningRate();
        double[] rates = new double[4];
        for (ObjectiveSpec standard : ObjectiveSpec.standards()) {
            String name = standard.build().name();
            if (!OwnWeight.objectives().contains(name)) {
                assertThat(name).isEqualTo("clip"); // of paired data
                continue;
            }
            Trial first = Trial.tuning(base, name, 0);
            assertThat(first.config().objective()).isEqualTo(standard);
            assertThat(first.config().optimizer().learningRate()).isEqualTo(rate);
            assertThat(Trial.published(base, name, 2).config().seed()).isEqualTo(base.seed() + 2);
            for (int index = 0; index < rates.length; index++) {
                double found = Trial.tuning(base, name, index).learningRate();
                assertThat(found).isBetween(rate / 4, rate * 4);
                assertThat(rates[index] == 0 || rates[index] == found).isTrue();
                rates[index] = found;
            }
        }
        assertThat(Arrays.stream(rates).distinct().count()).isEqualTo(rates.length);
    }
}
