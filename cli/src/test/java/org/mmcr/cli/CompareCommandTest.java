package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.mmcr.cli.CliRun.mmcr;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whole comparisons of a few steps. */
@Tag("long")
class CompareCommandTest extends CompareFixture {
    /** Figures that depend on the speed of the machine. */
    private static final Set<String> TIMED = Set.of("seconds_per_step", "memory_mib");

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

    /** The run with the fewest views has its last checkpoint's figures there. */
    @Test
    void compare_withMinutes_hasFiguresAtTheViewsOfTheSlowestRun() throws IOException {
        Path out = temp.resolve("out");
        double minutes = 0.02; // for one step at least, on a slow machine too
        widenProjector();
        Object[] command = command(out, List.of("--minutes", minutes), "--objectives", "mmcr,byol", "--seeds", 1)
                .toArray();
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
}
