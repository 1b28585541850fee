package org.mmcr.analysis.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mmcr.analysis.capacity.CautionNote;
import org.mmcr.analysis.comparison.TrialResult.PathPoint;
import org.mmcr.analysis.trials.DataUsed;
import org.mmcr.analysis.trials.MeanOverRuns;
import org.mmcr.data.TestPictures;
import org.mmcr.data.io.Json;
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
            "batch: 8",
            Optional.empty());

    private static final String KNN_AT_EQUAL_VIEWS = "knn20_equal_views";

    @TempDir
    private Path temp;

    private static TrialResult trial(String objective, int seed, double linear, PathPoint... path) {
        return trial(objective, seed, linear, path.length == 0 ? 80 : path[path.length - 1].views(), path);
    }

    private static TrialResult trial(String objective, int seed, double linear, long views, PathPoint... path) {
        return new TrialResult(
                objective,
                false,
                seed,
                0.1,
                "weight",
                1,
                views / 8,
                views,
                5,
                0.5,
                1 << 20,
                Map.of("linear", linear),
                List.of(path),
                List.of("a note"));
    }

    private static PathPoint point(long views, double accuracy) {
        return new PathPoint(
                views / 8,
                views,
                views / 100.0,
                accuracy,
                OptionalDouble.of(0.5),
                OptionalDouble.of(1),
                OptionalDouble.of(-1));
    }

    private static PathPoint geometry(long views, double percentError, double alignment, double uniformity) {
        return new PathPoint(
                views / 8,
                views,
                views / 100.0,
                0.5,
                OptionalDouble.of(percentError),
                OptionalDouble.of(alignment),
                OptionalDouble.of(uniformity));
    }

    private static PathPoint withoutGeometry(long views, double accuracy) {
        OptionalDouble none = OptionalDouble.empty();
        return new PathPoint(views / 8, views, views / 100.0, accuracy, none, none, none);
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
        assertThat(document.rowsWithValues()).as("rows of page and terminal").containsExactly(linear);
    }

    @ParameterizedTest
    @CsvSource({"80,0.2", "100,0.25", "120,0.3", "160,0.4"})
    void accuracyAt_someViews_isInterpolatedBetweenCheckpoints(long views, double expected) {
        List<PathPoint> path = List.of(point(80, 0.2), point(160, 0.4));
        assertThat(EqualViews.at(path, views, PathPoint::knn20).orElseThrow()).isCloseTo(expected, within(1e-12));
        assertThat(EqualViews.at(path, 161, PathPoint::knn20)).isEmpty();
        assertThat(EqualViews.at(path, 79, PathPoint::knn20)).isEmpty();
    }

    @Test
    void equalViews_areThoseOfTheSlowestRun() {
        List<TrialResult> trials = EqualViews.added(List.of(
                trial("mmcr", 0, 0.5, point(80, 0.2), point(160, 0.4)),
                trial("simclr", 0, 0.5, point(60, 0.1), point(120, 0.5))));
        assertThat(trials.get(0).figures().get(KNN_AT_EQUAL_VIEWS)).isCloseTo(0.3, within(1e-12));
        assertThat(trials.get(1).figures().get(KNN_AT_EQUAL_VIEWS)).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void equalViews_ofGeometry_areInterpolatedWhereBothCheckpointsHaveIt() {
        List<TrialResult> trials = EqualViews.added(List.of(
                trial("mmcr", 0, 0.5, geometry(80, 0.6, 1, -1), geometry(160, 0.2, 0.5, -3)),
                trial("simclr", 0, 0.5, point(60, 0.1), point(120, 0.5)),
                trial("byol", 0, 0.5, withoutGeometry(80, 0.2), point(160, 0.4))));
        Map<String, Double> mmcr = trials.get(0).figures();
        assertThat(mmcr.get("percent_error_equal_views")).isCloseTo(0.4, within(1e-12));
        assertThat(mmcr.get("alignment_equal_views")).isCloseTo(0.75, within(1e-12));
        assertThat(mmcr.get("uniformity_equal_views")).isCloseTo(-2, within(1e-12));
        assertThat(trials.get(2).figures()).containsOnlyKeys("linear", KNN_AT_EQUAL_VIEWS);
        List<String> rows = ComparisonFigure.all(List.of()).stream()
                .map(ComparisonFigure::name)
                .toList();
        assertThat(rows).containsAll(mmcr.keySet());
    }

    @Test
    void cautions_ofTheEncoder_nameTheTrialAndThoseOfTheDataDoNot() {
        List<CautionNote> cautions = List.of(
                new CautionNote("few_manifolds", List.of(), "fewer than four classes"),
                new CautionNote("scales_apart", List.of(), "rounding shows"),
                new CautionNote("radius_far", List.of("cat"), "compare medians"),
                new CautionNote("centre_short", List.of("a", "b", "c", "d", "e"), "a large radius"));
        assertThat(TrialMeasurement.cautions("mmcr-seed0", cautions))
                .containsExactly(
                        "capacity, few manifolds: fewer than four classes",
                        "mmcr-seed0: capacity, scales apart: rounding shows",
                        "mmcr-seed0: capacity, radius far (class cat): compare medians",
                        "mmcr-seed0: capacity, centre short (classes a, b, c and 2 more): a large radius");
    }

    @Test
    void equalViews_ofARunWhoseFirstCheckpointIsLater_areMissing() {
        List<TrialResult> trials = EqualViews.added(List.of(
                trial("mmcr", 0, 0.5, point(80, 0.2), point(160, 0.4)),
                trial("simclr", 0, 0.5, point(8, 0.1), point(40, 0.3))));
        assertThat(trials.get(0).figures()).doesNotContainKey(KNN_AT_EQUAL_VIEWS);
        assertThat(trials.get(1).figures()).containsEntry(KNN_AT_EQUAL_VIEWS, 0.3);
    }

    /** The version before ended a path where the embeddings had collapsed. */
    @Test
    void equalViews_besideAPathThatEndsEarly_areThoseOfWholeRuns() {
        List<TrialResult> trials = EqualViews.added(List.of(
                trial("mmcr", 0, 0.5, point(80, 0.2), point(160, 0.4)), trial("simclr", 0, 0.5, 160, point(60, 0.1))));
        assertThat(trials.get(0).figures()).containsEntry(KNN_AT_EQUAL_VIEWS, 0.4);
        assertThat(trials.get(1).figures()).doesNotContainKey(KNN_AT_EQUAL_VIEWS);
    }

    /** A stop leaves a checkpoint of its own. */
    @Test
    void charts_ofARunThatWasStopped_takeTheSameMomentsOfEveryRun() {
        List<PathPoint> path = new ArrayList<>();
        for (int eighth = 1; eighth <= 8; eighth++) {
            path.add(point(80L * eighth, 0.1 * eighth));
        }
        TrialResult whole = trial("mmcr", 0, 0.5, path.toArray(PathPoint[]::new));
        path.add(2, point(200, 0.25));
        TrialResult stopped = trial("mmcr", 1, 0.5, path.toArray(PathPoint[]::new));
        List<List<PathPoint>> paths = ComparisonCharts.paths(List.of(whole, stopped), PathPoint::knn20);
        assertThat(ComparisonCharts.means(paths, PathPoint::views))
                .containsExactly(new double[] {80, 160, 240, 320, 400, 480, 560, 640}, within(1e-9));
        assertThat(ComparisonCharts.means(paths, PathPoint::knn20))
                .containsExactly(new double[] {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8}, within(1e-12));
    }

    @Test
    void charts_ofARunWithoutAValueAtItsEnd_leaveItOut() {
        List<TrialResult> runs = List.of(
                trial("mmcr", 0, 0.5, point(80, 0.2), withoutGeometry(160, 0.4)),
                trial("mmcr", 1, 0.5, withoutGeometry(80, 0.2), point(160, 0.4)));
        assertThat(ComparisonCharts.paths(runs, PathPoint::knn20)).hasSize(2);
        List<List<PathPoint>> paths =
                ComparisonCharts.paths(runs, point -> point.alignment().orElse(Double.NaN));
        assertThat(paths).isEqualTo(List.of(List.of(point(160, 0.4))));
        assertThat(ComparisonCharts.means(paths, PathPoint::views)).containsOnly(160.0);
    }

    @Test
    void trial_withoutGeometry_isReadAsItWasWritten() throws IOException {
        TrialResult trial = trial("mmcr", 0, 0.5, withoutGeometry(80, 0.2));
        Path file = temp.resolve("trial.json");
        Json.write(file, trial);
        assertThat(Json.read(file, TrialResult.class)).isEqualTo(trial);
        assertThat(Files.readString(file)).contains("knn20").doesNotContain("alignment");
    }

    @Test
    void files_ofTheVersionBefore_areRead() throws IOException {
        Path settings = Files.writeString(temp.resolve("settings.json"), """
                {"train": {"location": "train", "fingerprint": "1", "samples": 100},
                 "test": {"location": "test", "fingerprint": "2", "samples": 50},
                 "objectives": ["mmcr", "simclr"], "seeds": 2, "tuning_trials": 0, "labels_per_class": [1],
                 "draws": 3, "config": "batch: 8"}
                """);
        assertThat(Json.read(settings, ComparisonSettings.class)).isEqualTo(SETTINGS);
        Path trial = Files.writeString(temp.resolve("trial.json"), """
                {"objective": "mmcr", "tuning": false, "index": 0, "learning_rate": 0.1, "weight_name": "weight",
                 "weight": 1.0, "steps": 10, "views": 80, "seconds": 5.0, "seconds_per_step": 0.5,
                 "memory_bytes": 1048576, "figures": {"linear": 0.5},
                 "path": [{"step": 10, "views": 80, "seconds": 0.8, "knn20": 0.2, "percent_error": 0.5,
                           "alignment": 1.0, "uniformity": -1.0}],
                 "notes": ["a note"]}
                """);
        assertThat(Json.read(trial, TrialResult.class)).isEqualTo(trial("mmcr", 0, 0.5, point(80, 0.2)));
    }

    @Test
    void settings_ofOtherWeightsInTheSameFile_areAConflict() throws IOException {
        Path file = Files.writeString(temp.resolve("encoder.safetensors"), "one");
        ComparisonSettings before = initialised(file);
        assertThat(initialised(file).conflict(before)).isEmpty();
        Files.writeString(file, "two");
        assertThat(initialised(file).conflict(before)).contains("initial weights");
        ComparisonSettings unknown = new ComparisonSettings(
                before.train(),
                before.test(),
                before.objectives(),
                before.seeds(),
                before.tuningTrials(),
                before.labelsPerClass(),
                before.draws(),
                before.config(),
                Optional.empty());
        assertThat(initialised(file).conflict(unknown)).isEmpty();
    }

    private static ComparisonSettings initialised(Path file) {
        TestPictures data = TestPictures.ofNoise(4, 8, 8);
        PretrainConfig config = PretrainConfig.defaults().with("model.init", file.toString());
        return ComparisonSettings.of(data, data, List.of("mmcr"), 1, 0, List.of(1), 3, config);
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
                Trial trial = Trial.tuning(base, name, index);
                // Network, views, batch and the rest are the same for every objective.
                assertThat(trial.config()
                                .with("objective", "{type: mmcr, localWeight: 0}")
                                .with("optimizer.learningRate", String.valueOf(rate)))
                        .isEqualTo(base);
                double found = trial.learningRate();
                assertThat(found).isBetween(rate / 4, rate * 4);
                assertThat(rates[index] == 0 || rates[index] == found).isTrue();
                rates[index] = found;
            }
        }
        assertThat(Arrays.stream(rates).distinct().count()).isEqualTo(rates.length);
    }
}
