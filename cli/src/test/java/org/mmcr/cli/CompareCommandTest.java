package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.mmcr.cli.CliRun.mmcr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.data.io.AtomicFiles;

/** Whole comparisons of a few steps. */
@Tag("long")
class CompareCommandTest {
    /** Figures that depend on the speed of the machine. */
    private static final Set<String> TIMED = Set.of("seconds_per_step", "memory_mib");

    @TempDir
    private Path temp;

    private Path train;
    private Path test;
    private Path recipe;

    @BeforeEach
    void drawPictures() {
        train = CliPictures.write(temp.resolve("train"), 24, 1);
        test = CliPictures.write(temp.resolve("test"), 24, 2);
        recipe = CliPictures.recipe(temp);
    }

    private List<Object> command(Path out, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of(
                "compare", train, "--test", test, "--out", out, "--recipe", recipe, "--steps", 8, "--draws", 2));
        arguments.addAll(List.of(more));
        return arguments;
    }

    private CliRun compare(Path out, Object... more) {
        return mmcr(command(out, more).toArray());
    }

    @Test
    void compare_ofTwoObjectives_writesTableChartsAndPage() throws IOException {
        Path out = temp.resolve("out");
        CliRun run = compare(out, "--objectives", "mmcr,barlow", "--seeds", 2, "--tune", 2);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("linear probe", "linear, 5 labels per class", "percent error of the bound", "±");
        JsonNode document = document(out);
        for (String figure :
                List.of("linear", "knn20", "linear_labels1", "capacity", "percent_error", "infonce", "rankme")) {
            JsonNode cell = cell(document, figure, "barlow");
            assertThat(cell.get("n").intValue()).as(figure).isEqualTo(2);
            assertThat(cell.get("mean").doubleValue()).as(figure).isFinite();
        }
        assertThat(cell(document, "linear", "mmcr").get("mean").doubleValue()).isBetween(0.0, 1.0);
        // Of two classes the median is the arithmetic mean; that of capacities is above their harmonic mean.
        for (String figure : List.of("radius", "dimension")) {
            assertThat(mean(document, figure + "_median", "barlow"))
                    .isCloseTo(mean(document, figure, "barlow"), within(1e-9));
        }
        assertThat(mean(document, "capacity_median", "barlow")).isGreaterThan(mean(document, "capacity", "barlow"));
        assertThat(run.out().lines().filter(line -> line.startsWith("note: capacity, two manifolds: ")))
                .hasSize(1);
        assertThat(cell(document, "steps", "mmcr").get("mean").doubleValue()).isEqualTo(8);
        assertThat(document.get("trials")).hasSize(8);
        assertThat(document.at("/trials/7/path")).hasSize(8);
        assertThat(document.at("/trials/7/path/7/step").intValue()).isEqualTo(8);
        // The settings of the runs are those of the tuning trial with the best validation accuracy.
        JsonNode first = document.at("/trials/0");
        JsonNode second = document.at("/trials/2");
        boolean better = second.at("/figures/validation_linear").doubleValue()
                > first.at("/figures/validation_linear").doubleValue();
        assertThat(document.at("/trials/4/learning_rate")).isEqualTo((better ? second : first).get("learning_rate"));
        assertThat(Files.readString(out.resolve("comparison.csv")))
                .startsWith("figure,mmcr,mmcr_sd,mmcr_n,barlow,barlow_sd,barlow_n")
                .contains("percent_error,");
        assertThat(Files.readString(out.resolve("comparison.html")))
                .contains("<svg", "percent error of the bound", "barlow", "2 tuning trials")
                .contains("Mean of 2 runs, seeds 0 to 1, at eight moments");
        for (String chart : List.of("accuracy-over-time", "alignment-uniformity", "percent-error")) {
            assertThat(out.resolve(chart + ".png")).isNotEmptyFile();
            assertThat(out.resolve(chart + ".svg")).isNotEmptyFile();
        }
    }

    private static double mean(JsonNode document, String figure, String objective) {
        return cell(document, figure, objective).get("mean").doubleValue();
    }

    private static JsonNode document(Path out) throws IOException {
        return new ObjectMapper().readTree(out.resolve("comparison.json").toFile());
    }

    private static JsonNode cell(JsonNode document, String figure, String objective) {
        for (JsonNode row : document.get("table")) {
            if (row.at("/figure/name").textValue().equals(figure)) {
                return row.at("/objectives/" + objective);
            }
        }
        throw new AssertionError("no figure " + figure);
    }

    /** The run with the fewest views has its last checkpoint's figures there. */
    @Test
    void compare_withMinutes_hasFiguresAtTheViewsOfTheSlowestRun() throws IOException {
        Path out = temp.resolve("out");
        double minutes = 0.02; // for one step at least, on a slow machine too
        Object[] command = {
            "compare",
            train,
            "--test",
            test,
            "--out",
            out,
            "--recipe",
            recipe,
            "--minutes",
            minutes,
            "--draws",
            2,
            "--objectives",
            "mmcr,byol",
            "--seeds",
            1
        };
        CliRun run = mmcr(command);
        assertThat(run.code()).as(run.err()).isZero();
        JsonNode document = document(out);
        assertThat(document.at("/settings/config").textValue()).contains("minutes: " + minutes / 8);
        JsonNode first = document.at("/trials/0");
        JsonNode second = document.at("/trials/1");
        for (JsonNode trial : List.of(first, second)) {
            assertThat(trial.get("steps").longValue()).isPositive();
            assertThat(last(trial).get("step")).isEqualTo(trial.get("steps"));
        }
        JsonNode slowest = first.get("views").longValue() <= second.get("views").longValue() ? first : second;
        for (String figure : List.of("knn20", "percent_error", "alignment", "uniformity")) {
            assertThat(slowest.at("/figures/" + figure + "_equal_views").isNumber())
                    .as(figure)
                    .isTrue();
            assertThat(slowest.at("/figures/" + figure + "_equal_views").doubleValue())
                    .as(figure)
                    .isEqualTo(last(slowest).get(figure).doubleValue());
        }
        CliRun again = mmcr(command);
        assertThat(again.code()).as(again.err()).isZero();
        assertThat(again.err()).doesNotContain("trial 1 of");
        assertThat(document(out).get("table")).isEqualTo(document.get("table"));
    }

    private static JsonNode last(JsonNode trial) {
        return trial.get("path").get(trial.get("path").size() - 1);
    }

    /**
     * Exchanged labels of the test data would turn every accuracy on them around. What is chosen from the figures is in
     * {@link #compare_afterTuning_takesTheSettingsWithTheBestValidation}.
     */
    @Test
    void compare_withOtherTestData_hasTheSameFiguresToChooseFrom() throws IOException {
        Path before = temp.resolve("before");
        Path after = temp.resolve("after");
        Object[] options = {"--objectives", "mmcr", "--seeds", 1, "--tune", 2};
        assertThat(compare(before, options).code()).isZero();
        Path round = Files.move(test.resolve("round"), temp.resolve("aside"));
        Files.move(test.resolve("square"), test.resolve("round"));
        Files.move(round, test.resolve("square"));
        assertThat(compare(after, options).code()).isZero();
        JsonNode one = document(before);
        JsonNode other = document(after);
        for (int tuning = 0; tuning < 2; tuning++) {
            assertThat(one.at("/trials/" + tuning + "/figures/validation_linear")
                            .isNumber())
                    .isTrue();
            assertThat(other.at("/trials/" + tuning + "/figures")).isEqualTo(one.at("/trials/" + tuning + "/figures"));
        }
        assertThat(mean(other, "linear", "mmcr")).isNotEqualTo(mean(one, "linear", "mmcr"));
    }

    /** The accuracies of so few pictures may be equal, so others take their place in the files of the trials. */
    @Test
    void compare_afterTuning_takesTheSettingsWithTheBestValidation() throws IOException {
        Path out = temp.resolve("out");
        Object[] options = {"--objectives", "mmcr", "--seeds", 1, "--tune", 2};
        assertThat(compare(out, options).code()).isZero();
        for (int best = 0; best < 2; best++) {
            for (int tuning = 0; tuning < 2; tuning++) {
                Path file = out.resolve("trials/mmcr-tune" + tuning + ".json");
                setFigure(file, "validation_linear", tuning == best ? 0.75 : 0.25);
            }
            Files.delete(out.resolve("trials/mmcr-seed0.json"));
            AtomicFiles.deleteTree(out.resolve("trials/mmcr-seed0"));
            CliRun again = compare(out, options);
            assertThat(again.code()).as(again.err()).isZero();
            JsonNode trials = document(out).get("trials");
            assertThat(trials.at("/0/learning_rate")).isNotEqualTo(trials.at("/1/learning_rate"));
            assertThat(trials.at("/2/learning_rate")).isEqualTo(trials.at("/" + best + "/learning_rate"));
            assertThat(trials.at("/2/weight")).isEqualTo(trials.at("/" + best + "/weight"));
        }
    }

    /** Changes a figure in the file of a trial that is done. */
    private static void setFigure(Path file, String name, double value) throws IOException {
        ObjectNode trial = (ObjectNode) new ObjectMapper().readTree(file.toFile());
        ((ObjectNode) trial.get("figures")).put(name, value);
        Files.writeString(file, trial.toString());
    }

    @Test
    void compare_theSameCommandTwice_givesTheSameTable() throws IOException {
        Path once = temp.resolve("once");
        Path again = temp.resolve("again");
        assertThat(compare(once, "--objectives", "byol,simsiam", "--seeds", 1).code())
                .isZero();
        assertThat(compare(again, "--objectives", "byol,simsiam", "--seeds", 1).code())
                .isZero();
        assertThat(untimed(document(again))).isEqualTo(untimed(document(once)));
    }

    private static List<JsonNode> untimed(JsonNode document) {
        List<JsonNode> rows = new ArrayList<>();
        for (JsonNode row : document.get("table")) {
            if (!TIMED.contains(row.at("/figure/name").textValue())) {
                rows.add(row);
            }
        }
        assertThat(rows).hasSizeGreaterThan(10);
        return rows;
    }

    @Test
    void compare_withSomeTrialsDone_runsTheOthersAlone() throws IOException {
        Path out = temp.resolve("out");
        assertThat(compare(out, "--objectives", "vicreg,wmse", "--seeds", 1).code())
                .isZero();
        JsonNode before = document(out);
        setFigure(out.resolve("trials/vicreg-seed0.json"), "linear", 0.125);
        Files.delete(out.resolve("trials/wmse-seed0.json"));
        CliRun run = compare(out, "--objectives", "vicreg,wmse", "--seeds", 1);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).contains("trial 2 of 2: wmse").doesNotContain("trial 1 of 2");
        assertThat(cell(document(out), "linear", "vicreg").get("mean").doubleValue())
                .isEqualTo(0.125);
        assertThat(cell(document(out), "linear", "wmse")).isEqualTo(cell(before, "linear", "wmse"));
    }

    @Test
    void compare_killedWhileItTrains_continuesWithTheNumbersOfAnUndisturbedOne() throws Exception {
        Path out = temp.resolve("out");
        Object[] command =
                command(out, "--objectives", "mmcr,lejepa", "--seeds", 1).toArray();
        MmcrProcess killed = MmcrProcess.start(temp, command);
        killed.awaitSteps(out.resolve("trials/lejepa-seed0/metrics.jsonl"), 3);
        killed.process().destroyForcibly().waitFor();
        assertThat(out.resolve("comparison.json")).doesNotExist();
        CliRun again = mmcr(command);
        assertThat(again.code()).as(again.err()).isZero();
        assertThat(again.err()).contains("trial 2 of 2: lejepa").doesNotContain("trial 1 of 2");
        Path undisturbed = temp.resolve("undisturbed");
        compare(undisturbed, "--objectives", "mmcr,lejepa", "--seeds", 1);
        assertThat(untimed(document(out))).isEqualTo(untimed(document(undisturbed)));
    }

    @Test
    void compare_ofATrialThatDiverges_namesItAndMeasuresTheOthers() throws IOException {
        Path out = temp.resolve("out");
        CliRun run = compare(
                out, "--objectives", "mmcr,vicreg", "--seeds", 1, "--optimizer", "sgd", "--learning-rate", "1e15");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(document(out).get("notes").toString()).contains("vicreg-seed0 diverged");
        assertThat(cell(document(out), "linear", "vicreg").isMissingNode()).isTrue();
        assertThat(run.out()).contains("note: vicreg-seed0 diverged");
    }

    /** After one step the weights are finite, but the features of the encoder are not. */
    @Test
    void compare_ofATrialWhoseFeaturesOverflow_namesIt() throws IOException {
        Path out = temp.resolve("out");
        CliRun run = mmcr(
                "compare",
                train,
                "--test",
                test,
                "--out",
                out,
                "--recipe",
                recipe,
                "--steps",
                1,
                "--draws",
                2,
                "--objectives",
                "mmcr",
                "--seeds",
                1,
                "--learning-rate",
                "1e20");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(document(out).get("notes").toString()).contains("mmcr-seed0 diverged and has no figures");
        assertThat(cell(document(out), "linear", "mmcr").isMissingNode()).isTrue();
    }

    /** Some names of the test pictures are those of training pictures, and the curation lacks the others. */
    @Test
    void compare_withACuration_appliesItToTheTrainingDataAlone() throws IOException {
        Path out = temp.resolve("out");
        Path keep = CliPictures.curation(temp.resolve("curation.csv"), 24, 2);
        test = CliPictures.write(temp.resolve("more"), 26, 2);
        CliRun run = compare(out, "--objectives", "mmcr", "--seeds", 1, "--keep", keep);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(document(out).at("/settings/train/samples").intValue()).isEqualTo(46);
        assertThat(document(out).at("/settings/test/samples").intValue()).isEqualTo(52);
    }

    @Test
    void compare_withTheSeedInTheRecipe_evaluatesWithIt() throws IOException {
        Path option = temp.resolve("option");
        Path key = temp.resolve("key");
        assertThat(compare(option, "--objectives", "mmcr", "--seeds", 1, "--seed", 3)
                        .code())
                .isZero();
        assertThat(compare(key, "--objectives", "mmcr", "--seeds", 1, "--set", "seed=3")
                        .code())
                .isZero();
        assertThat(untimed(document(key))).isEqualTo(untimed(document(option)));
        assertThat(Files.readString(key.resolve("comparison.html"))).contains("One run, seed 3,");
    }

    /** Geometry needs 40 samples. */
    @Test
    void compare_withFewTestPictures_hasAccuraciesWithoutGeometry() throws IOException {
        Path out = temp.resolve("out");
        test = CliPictures.write(temp.resolve("few"), 15, 2);
        CliRun run = compare(out, "--objectives", "mmcr", "--seeds", 1);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(cell(document(out), "knn20_equal_views", "mmcr").get("n").intValue())
                .isEqualTo(1);
        assertThat(cell(document(out), "alignment", "mmcr").isMissingNode()).isTrue();
        assertThat(document(out).at("/trials/0/path")).hasSize(8).noneMatch(point -> point.has("alignment"));
    }

    @Test
    void compare_dryRun_saysHowLongItTakesAndWritesNothing() {
        Path out = temp.resolve("out");
        JsonNode estimate = mmcr(command(
                                out, "--objectives", "mmcr,simclr", "--seeds", 3, "--tune", 1, "--dry-run", "--json")
                        .toArray())
                .json();
        assertThat(estimate.get("trials").intValue()).isEqualTo(8);
        assertThat(estimate.get("training_seconds").doubleValue())
                .isCloseTo(8 * 8 * estimate.get("seconds_per_step").doubleValue(), within(1e-9));
        assertThat(out).doesNotExist();
        CliRun minutes = mmcr(
                "compare",
                train,
                "--test",
                test,
                "--out",
                out,
                "--recipe",
                recipe,
                "--minutes",
                10,
                "--objectives",
                "mmcr",
                "--dry-run");
        assertThat(minutes.out()).contains("3 trials: training 30 min");
    }

    @Test
    void compare_wrongUse_isOneLine() throws IOException {
        Path out = temp.resolve("out");
        compare(out, "--objectives", "mmcr,simclrr").assertIsWrongUsage("did you mean 'simclr'?");
        compare(out, "--objectives", "mmcr,cross-entropy").assertIsWrongUsage("found cross-entropy; leave it out");
        compare(out, "--objectives", "clip").assertIsWrongUsage("found clip; leave it out");
        compare(out, "--objectives", "byol", "--set", "ema.decay=0.9").assertIsWrongUsage("expected ema.decay 0");
        compare(out, "--objectives", "mmcr,mmcr").assertIsWrongUsage("each objective once");
        compare(out, "--objectives", "mmcr", "--seeds", 0).assertIsWrongUsage("at least 1 seed");
        compare(out, "--objectives", "mmcr", "--objective", "simclr").assertIsWrongUsage("--objectives alone");
        compare(out, "--objectives", "simclr", "--set", "views=1").assertIsWrongUsage("at least 2 views");
        compare(out, "--objectives", "simclr", "--set", "ema={decay: 0.9, target: true}")
                .assertIsWrongUsage("ema.target false");
        compare(out, "--objectives", "mmcr", "--set", "checkpoint.keep=2")
                .assertIsWrongUsage("the comparison to determine checkpoint");
        compare(out, "--objectives", "mmcr", "--relabel").assertIsWrongUsage("--keep CSV with --relabel");
        compare(out, "--objectives", "mmcr", "--labels-per-class", 100)
                .assertFailsWithOneLine("at least 100 training samples");
        mmcr("compare", train, "--test", test, "--out", out, "--recipe", recipe, "--epochs", 2, "--objectives", "mmcr")
                .assertIsWrongUsage("--minutes or --steps");
        assertThat(out).doesNotExist();
        Files.createDirectories(out);
        Files.writeString(out.resolve("comparison.csv"), "mine");
        compare(out, "--objectives", "mmcr").assertIsWrongUsage("comparison.csv", "--overwrite");
    }

    @Test
    void compare_withOtherSettings_isRefused() {
        Path out = temp.resolve("out");
        assertThat(compare(out, "--objectives", "mmcr", "--seeds", 1).code()).isZero();
        compare(out, "--objectives", "mmcr", "--seeds", 1, "--tune", 1)
                .assertFailsWithOneLine("other numbers of tuning trials", "give another folder");
        compare(out, "--objectives", "mmcr", "--seeds", 1, "--labels-per-class", 2)
                .assertFailsWithOneLine("other numbers of labels");
        compare(out, "--objectives", "mmcr", "--seeds", 1, "--seed", 5).assertFailsWithOneLine("options of training");
        mmcr(
                        "compare",
                        test,
                        "--test",
                        test,
                        "--out",
                        out,
                        "--recipe",
                        recipe,
                        "--steps",
                        8,
                        "--draws",
                        2,
                        "--objectives",
                        "mmcr",
                        "--seeds",
                        1)
                .assertFailsWithOneLine("other data");
    }

    @Test
    void compare_withMoreSeedsAndObjectives_keepsWhatIsDone() throws IOException {
        Path out = temp.resolve("out");
        assertThat(compare(out, "--objectives", "mmcr", "--seeds", 1).code()).isZero();
        JsonNode first = document(out);
        CliRun more = compare(out, "--objectives", "simclr,mmcr", "--seeds", 2);
        assertThat(more.code()).as(more.err()).isZero();
        assertThat(more.err())
                .contains("trial 1 of 4: simclr", "trial 3 of 4: simclr", "trial 4 of 4: mmcr")
                .doesNotContain("trial 2 of 4");
        assertThat(cell(document(out), "linear", "mmcr").get("n").intValue()).isEqualTo(2);
        assertThat(compare(out, "--objectives", "mmcr", "--seeds", 1).code()).isZero();
        assertThat(cell(document(out), "linear", "mmcr")).isEqualTo(cell(first, "linear", "mmcr"));
    }
}
