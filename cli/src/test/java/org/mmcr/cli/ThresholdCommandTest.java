package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mmcr.cli.CliRun.mmcr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Studies of a few steps over a grid of two sizes each. */
@Tag("long")
class ThresholdCommandTest {
    @TempDir
    private Path temp;

    private Path data;
    private Path recipe;

    @BeforeEach
    void drawPictures() {
        data = CliPictures.write(temp.resolve("data"), 24, 1);
        recipe = CliPictures.recipe(temp);
    }

    private List<Object> command(Path out, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("study", "threshold", data, "--out", out, "--recipe", recipe));
        arguments.addAll(List.of("--samples", "4,8", "--dimensions", "3,6"));
        arguments.addAll(List.of(more));
        return arguments;
    }

    private CliRun study(Path out, Object... more) {
        return mmcr(command(out, more).toArray());
    }

    private static JsonNode document(Path out) throws IOException {
        return new ObjectMapper().readTree(out.resolve("threshold.json").toFile());
    }

    @Test
    void study_ofASmallGrid_writesTableChartsAndPageAndContinuesAtAnyCell() throws IOException {
        Path out = temp.resolve("out");
        CliRun run = study(out, "--repeats", 2, "--training-views", 64);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).contains("8 trainings: about", "training 8 of 8: N 8, D 6, K 2, run 2; about");
        assertThat(run.out()).contains("uniform points", "kNN accuracy", "No line of the grid has three sizes");
        JsonNode first = document(out);
        assertThat(first.get("cells")).hasSize(4);
        assertThat(first.get("trials")).hasSize(8);
        for (JsonNode trial : first.get("trials")) {
            assertThat(trial.get("views_seen").intValue()).isEqualTo(64);
            assertThat(trial.at("/figures/percent_error").doubleValue()).isBetween(0.0, 1.0);
            assertThat(trial.at("/figures/spread_error").doubleValue())
                    .isLessThanOrEqualTo(trial.at("/figures/percent_error").doubleValue());
            assertThat(trial.at("/figures/knn20").doubleValue()).isBetween(0.0, 1.0);
        }
        for (String chart : List.of("percent-error", "spread-error", "accuracy")) {
            assertThat(out.resolve(chart + "-by-samples.png")).isNotEmptyFile();
            assertThat(out.resolve(chart + "-by-dimension.svg")).isNotEmptyFile();
        }
        assertThat(Files.readAllLines(out.resolve("threshold.csv"))).hasSize(9);
        assertThat(Files.readString(out.resolve("threshold.html"))).contains("<svg", "Settings of the trainings");
        try (var left = Files.list(out.resolve("trials"))) {
            assertThat(left).hasSize(8).allMatch(file -> file.toString().endsWith(".json"));
        }

        // One result is lost, with a run that was killed before its first checkpoint, and another one is changed: the
        // first is trained again, to the same numbers.
        Files.delete(out.resolve("trials/n8-d3-k2-r1.json"));
        Path begun = Files.createDirectories(out.resolve("trials/n8-d3-k2-r1"));
        Files.writeString(begun.resolve("config.yaml"), "seed: 7\n");
        Files.writeString(begun.resolve("metrics.jsonl"), "");
        Path kept = out.resolve("trials/n4-d6-k2-r0.json");
        ObjectNode changed = (ObjectNode) new ObjectMapper().readTree(kept.toFile());
        ((ObjectNode) changed.get("figures")).put("percent_error", 0.125);
        Files.writeString(kept, changed.toString());
        CliRun again = study(out, "--repeats", 2, "--training-views", 64);
        assertThat(again.code()).as(again.err()).isZero();
        assertThat(again.err()).contains("training 7 of 8").doesNotContain("training 6 of 8", "training 8 of 8");
        JsonNode second = document(out);
        assertThat(second.at("/trials/1/figures/percent_error").doubleValue()).isEqualTo(0.125);
        assertThat(second.at("/trials/6/figures")).isEqualTo(first.at("/trials/6/figures"));
        study(out, "--repeats", 2, "--training-views", 32)
                .assertFailsWithOneLine("other training views", "give another folder");
    }

    @Test
    void study_withMoreRepeatsAndSizes_keepsWhatIsDone() throws IOException {
        Path out = temp.resolve("out");
        assertThat(study(out, "--repeats", 1, "--training-views", 32).code()).isZero();
        JsonNode first = document(out);
        CliRun more = study(out, "--repeats", 2, "--training-views", 32, "--samples", "4,8,16");
        assertThat(more.code()).as(more.err()).isZero();
        assertThat(more.err()).contains("N 16, D 3, K 2, run 1").doesNotContain("N 4, D 3, K 2, run 1");
        assertThat(document(out).get("trials")).hasSize(3 * 2 * 2);
        CliRun fewer = study(out, "--repeats", 1, "--training-views", 32);
        assertThat(fewer.code()).as(fewer.err()).isZero();
        assertThat(document(out).get("cells")).isEqualTo(first.get("cells"));
        study(out, "--repeats", 1, "--training-views", 32, "--seed", 5).assertFailsWithOneLine("options of training");
    }

    /** The names of the charts tell the views apart where there are several; charts of the earlier grid go. */
    @Test
    void study_withMoreViews_leavesNoChartOfTheGridBefore() throws IOException {
        Path out = temp.resolve("out");
        Path alone = out.resolve("percent-error-by-samples.png");
        Path ofTwo = out.resolve("percent-error-by-samples-k2.png");
        assertThat(study(out, "--repeats", 1, "--training-views", 32, "--views", 2)
                        .code())
                .isZero();
        assertThat(alone).exists();
        CliRun more = study(out, "--repeats", 1, "--training-views", 32, "--views", "2,4");
        assertThat(more.code()).as(more.err()).isZero();
        assertThat(alone).doesNotExist();
        assertThat(ofTwo).exists();
        assertThat(study(out, "--repeats", 1, "--training-views", 32, "--views", 2)
                        .code())
                .isZero();
        assertThat(alone).exists();
        assertThat(ofTwo).doesNotExist();
    }

    @Test
    @Tag("long")
    void study_killedWhileItTrains_continuesWithTheTableOfAnUndisturbedOne() throws Exception {
        Path out = temp.resolve("out");
        Object[] command = command(out, "--repeats", 1, "--training-views", 64).toArray();
        MmcrProcess killed = MmcrProcess.start(temp, command);
        killed.awaitSteps(out.resolve("trials/n4-d6-k2-r0/metrics.jsonl"), 2);
        killed.process().destroyForcibly().waitFor();
        CliRun again = mmcr(command);
        assertThat(again.code()).as(again.err()).isZero();
        assertThat(again.err()).doesNotContain("training 1 of 4");
        Path undisturbed = temp.resolve("undisturbed");
        assertThat(study(undisturbed, "--repeats", 1, "--training-views", 64).code())
                .isZero();
        assertThat(Files.readString(out.resolve("threshold.csv")))
                .isEqualTo(Files.readString(undisturbed.resolve("threshold.csv")));
    }

    /** Some names of the test pictures are those of training pictures, and the curation lacks the others. */
    @Test
    void study_withACuration_appliesItToTheTrainingDataAlone() throws IOException {
        Path out = temp.resolve("out");
        Path keep = CliPictures.curation(temp.resolve("curation.csv"), 24, 2);
        Path test = CliPictures.write(temp.resolve("more"), 26, 2);
        CliRun run = study(out, "--repeats", 1, "--training-views", 32, "--test", test, "--keep", keep);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(document(out).at("/settings/data/samples").intValue()).isEqualTo(46);
        assertThat(document(out).at("/settings/test/samples").intValue()).isEqualTo(52);
    }

    @Test
    void study_intoTheTestData_isRefused() {
        Path test = CliPictures.write(temp.resolve("test"), 4, 2);
        study(test.resolve("out"), "--test", test).assertIsWrongUsage("outside the data folder " + test);
        assertThat(test.resolve("out")).doesNotExist();
    }

    /** Without --test, the seed selects what is held out. */
    @Test
    void study_withTheSeedInTheRecipe_measuresWithIt() throws IOException {
        Path option = temp.resolve("option");
        Path key = temp.resolve("key");
        assertThat(study(option, "--repeats", 1, "--training-views", 32, "--seed", 3)
                        .code())
                .isZero();
        assertThat(study(key, "--repeats", 1, "--training-views", 32, "--set", "seed=3")
                        .code())
                .isZero();
        assertThat(Files.readString(key.resolve("threshold.csv")))
                .isEqualTo(Files.readString(option.resolve("threshold.csv")));
    }

    @Test
    void study_dryRun_saysHowLongItTakesAndWritesNothing() {
        Path out = temp.resolve("out");
        JsonNode estimate =
                study(out, "--training-views", 64, "--dry-run", "--json").json();
        assertThat(estimate.get("trainings").intValue()).isEqualTo(8);
        assertThat(estimate.get("seconds").doubleValue()).isPositive();
        assertThat(out).doesNotExist();
    }

    @Test
    void study_wrongGrid_isOneLine() {
        Path out = temp.resolve("out");
        study(out, "--views", "0,2").assertIsWrongUsage("--views of at least 1, found 0");
        study(out, "--repeats", 0).assertIsWrongUsage("at least 1 repeat");
        study(out, "--training-views", 2).assertIsWrongUsage("at least one step of the largest cell, 16, found 2");
        study(out, "--set", "batch=3").assertIsWrongUsage("the grid to determine batch");
        study(out, "--relabel").assertIsWrongUsage("--keep CSV with --relabel");
        for (String samples : List.of("0,8", "-4,8", "1,8")) {
            mmcr("study", "threshold", data, "--out", out, "--recipe", recipe, "--samples", samples)
                    .assertIsWrongUsage("--samples of at least 2");
        }
        mmcr("study", "threshold", data, "--out", out, "--recipe", recipe, "--samples", "4,64", "--dimensions", "4")
                .assertIsWrongUsage("--samples of at most", "found 64");
        mmcr("study").assertIsWrongUsage("the name of a study is missing");
        assertThat(out).doesNotExist();
    }
}
