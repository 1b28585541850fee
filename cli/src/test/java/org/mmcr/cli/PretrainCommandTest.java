package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mmcr.cli.CliRun.mmcr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.data.DataOptions;
import org.mmcr.data.TableOptions;
import org.mmcr.data.views.PictureViewRecipe;
import org.mmcr.train.distributed.Rank;
import org.mmcr.train.optim.SgdSpec;
import org.mmcr.train.run.Budget;
import org.mmcr.train.run.PretrainConfig;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.RunReport;
import org.mmcr.train.run.ViewOptions;

class PretrainCommandTest {
    @TempDir
    private Path temp;

    private Path pictures;
    private Path recipe;

    @BeforeEach
    void drawPictures() {
        pictures = CliPictures.write(temp.resolve("pictures"), 24, 1);
        recipe = CliPictures.recipe(temp);
    }

    @Test
    void pretrain_withOptions_overridesTheRecipeAndReportsWhereTheRunIs() throws IOException {
        Path run = temp.resolve("run");
        CliRun result = mmcr(
                "pretrain",
                pictures,
                "--out",
                run,
                "--recipe",
                recipe,
                "--steps",
                5,
                "--batch",
                10,
                "--seed",
                7,
                "--profile");
        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.out().lines().findFirst().orElseThrow()).contains("passes over the data; train about");
        assertThat(result.out())
                .contains("5 steps", run.toString(), "next: mmcr evaluate", "mean of 2", "  stem", "  optimizer");
        assertThat(Files.readString(run.resolve("config.yaml"))).contains("batch: 10", "seed: 7", "steps: 5");
        assertThat(Files.readAllLines(run.resolve("metrics.jsonl"))).hasSize(5);
        JsonNode sample =
                new ObjectMapper().readTree(run.resolve("picture-sample.json").toFile());
        assertThat(sample.get("samples").asText()).isEqualTo("training");
        assertThat(sample.at("/map/names")).hasSize(48);
        sample.at("/neighbours/rows").forEach(row -> {
            String name = row.at("/picture/name").asText();
            assertThat(row.get("nearest").findValuesAsText("name")).hasSize(8).doesNotContain(name);
        });
        assertThat(run.resolve("report.html")).content().contains("\"samples\":\"training\"");
        CliRun without = mmcr(
                "pretrain", pictures, "--out", temp.resolve("w"), "--recipe", recipe, "--steps", 1, "--no-pictures");
        assertThat(without.code()).as(without.err()).isZero();
        assertThat(temp.resolve("w/picture-sample.json")).doesNotExist();
        assertThat(without.err()).doesNotContain("sets another");
    }

    @Test
    void pretrain_withoutRecipe_choosesBatchAndSizesFromTheData() throws IOException {
        Path small = temp.resolve("small");
        Path large = temp.resolve("large");
        CliRun first = mmcr("pretrain", pictures, "--out", small, "--width", 2, "--steps", 1);
        assertThat(first.code()).as(first.err()).isZero();
        assertThat(first.err())
                .contains(
                        "a batch of 32, because there are 48 pictures to train on; --batch N sets another",
                        "pictures of 16 x 16 pixels (median): views 24 x 24, features 32 x 32");
        assertThat(Files.readString(small.resolve("config.yaml"))).contains("batch: 32", "evaluationSize: 32");
        CliRun stated =
                mmcr("pretrain", pictures, "--out", large, "--width", 2, "--steps", 1, "--size", 48, "--batch", 4);
        assertThat(stated.code()).as(stated.err()).isZero();
        assertThat(stated.err()).contains("views 36 x 36, features 48 x 48").doesNotContain("sets another");
        assertThat(Files.readString(large.resolve("config.yaml"))).contains("batch: 4", "evaluationSize: 48");
    }

    /** The default recipe by its name, and one that states its objective alone. */
    @Test
    void pretrain_withARecipeThatStatesNoSizes_choosesThemFromTheData() {
        for (String name : List.of("cpu", "simclr")) {
            CliRun result = mmcr(
                    "pretrain",
                    pictures,
                    "--out",
                    temp.resolve(name),
                    "--recipe",
                    name,
                    "--width",
                    2,
                    "--steps",
                    1,
                    "--no-pictures");
            assertThat(result.code()).as(result.err()).isZero();
            assertThat(result.err())
                    .contains("a batch of 32, because", "pictures of 16 x 16 pixels (median): views 24 x 24");
        }
    }

    /** Of 64 pictures, 6 are held out. */
    @Test
    void pretrain_withTheMonitor_choosesABatchThatTheOtherPicturesFill() throws IOException {
        Path more = CliPictures.write(temp.resolve("more"), 32, 1);
        Path run = temp.resolve("run");
        CliRun result = mmcr("pretrain", more, "--out", run, "--width", 2, "--steps", 1, "--knn-every", 1);
        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.err()).contains("a batch of 32, because there are 58 pictures to train on");
        assertThat(Files.readAllLines(run.resolve("monitor.jsonl"))).hasSize(1);
    }

    @Test
    void ownCard_ofSeveralProcesses_isThatOfTheNumberOnTheMachine() {
        Rank fifth = new Rank(5, 8, 1, 4, "127.0.0.1", 29500);
        assertThat(PretrainCommand.ownCard("cuda", fifth, 4)).isEqualTo("cuda:1");
        assertThat(PretrainCommand.ownCard("cuda", fifth, 1)).isEqualTo("cuda:0");
        assertThat(PretrainCommand.ownCard("cuda", fifth, 0)).isEqualTo("cuda");
        assertThat(PretrainCommand.ownCard("cuda:0", fifth, 4)).isEqualTo("cuda:0");
        assertThat(PretrainCommand.ownCard("cpu", fifth, 4)).isEqualTo("cpu");
        assertThat(PretrainCommand.ownCard("cuda", Rank.single(), 4)).isEqualTo("cuda");
    }

    @Test
    void pretrain_onARelativePath_remembersTheAbsoluteOne() {
        Path relative = Path.of("").toAbsolutePath().relativize(pictures.toAbsolutePath());
        Path run = temp.resolve("run");
        mmcr("pretrain", relative + "/", "--out", run, "--recipe", recipe, "--steps", 1);
        assertThat(RunReport.read(RunDirectory.open(run)).dataLocation())
                .isEqualTo(pictures.toAbsolutePath().toString());
    }

    @Test
    void pretrain_json_isOneDocument() {
        Path run = temp.resolve("run");
        JsonNode result = mmcr("pretrain", pictures, "--out", run, "--recipe", recipe, "--json")
                .json();
        assertThat(result.get("finished").asBoolean()).isTrue();
        assertThat(result.get("steps").asLong()).isEqualTo(6);
        assertThat(result.get("views_seen").asLong()).isEqualTo(6 * 8 * 2);
        assertThat(Path.of(result.get("checkpoint").asText())).exists();
    }

    @Test
    void pretrain_withAnotherObjective_reportsItsFiguresBesideThoseOfMmcr() throws IOException {
        Path run = temp.resolve("run");
        CliRun result = mmcr("pretrain", pictures, "--out", run, "--recipe", recipe, "--objective", "barlow");
        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.out()).contains("loss ", "feature invariance");
        assertThat(Files.readString(run.resolve("config.yaml"))).contains("type: barlow", "weight: 0.005");
        assertThat(Files.readString(run.resolve("metrics.jsonl")))
                .contains("\"feature_invariance\":", "\"feature_redundancy\":", "\"percent_error\":");
        assertThat(Files.readString(run.resolve("run.json"))).contains("barlow", "Feature redundancy", "Percent error");
        assertThat(Files.readString(run.resolve("report.html"))).contains("Feature redundancy");
    }

    @Test
    void pretrain_ofAnObjectiveThatCannotUseTheSettings_isOneLine() {
        Path run = temp.resolve("run");
        mmcr("pretrain", pictures, "--out", run, "--recipe", recipe, "--objective", "simclr", "--views", 1)
                .assertFailsWithOneLine("at least 2 views");
        mmcr(
                        "pretrain",
                        pictures,
                        "--out",
                        run,
                        "--recipe",
                        recipe,
                        "--objective",
                        "simclr",
                        "--ema",
                        "0.9",
                        "--set",
                        "ema.target=true")
                .assertFailsWithOneLine("ema.target");
        assertThat(run).doesNotExist();
    }

    @Test
    void pretrain_usage_isChecked() {
        assertThat(mmcr("pretrain").code()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(mmcr("pretrain", pictures).err()).contains("--out is missing");
        assertThat(mmcr("pretrain", pictures, "--out", temp.resolve("r"), "--steps", 1, "--minutes", 1)
                        .code())
                .isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(mmcr("pretrain", "--resume", temp, "--batch", 4).code()).isEqualTo(ExitCode.WRONG_USAGE);
    }

    @Test
    void pretrain_ofMissingOrEmptyFolder_isOneLine() throws IOException {
        Path run = temp.resolve("run");
        mmcr("pretrain", temp.resolve("none"), "--out", run, "--recipe", recipe).assertFailsWithOneLine("none");
        Path empty = Files.createDirectory(temp.resolve("empty"));
        mmcr("pretrain", empty, "--out", run, "--recipe", recipe).assertFailsWithOneLine("empty");
        assertThat(run).doesNotExist();
    }

    @Test
    void pretrain_intoAnOccupiedFolder_isOneLineAndChangesNothing() throws IOException {
        Path run = Files.createDirectory(temp.resolve("run"));
        Files.writeString(run.resolve("mine.txt"), "kept");
        mmcr("pretrain", pictures, "--out", run, "--recipe", recipe).assertFailsWithOneLine("run");
        assertThat(run.resolve("mine.txt")).hasContent("kept");
    }

    @Test
    void pretrain_ofATruncatedPicture_skipsItOrFailsWhenStrict() throws IOException {
        Path broken = pictures.resolve("round").resolve("000.png");
        Files.write(broken, Arrays.copyOf(Files.readAllBytes(broken), 60));
        CliRun run = mmcr("pretrain", pictures, "--out", temp.resolve("run"), "--recipe", recipe);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(temp.resolve("run").resolve("broken.csv")).content().contains("round/000.png");
        mmcr("pretrain", pictures, "--out", temp.resolve("strict"), "--recipe", recipe, "--strict")
                .assertFailsWithOneLine("000.png");
    }

    @Test
    void pretrain_withAnUnknownRecipe_namesTheNearest() {
        mmcr("pretrain", pictures, "--out", temp.resolve("r"), "--recipe", "cfar10")
                .assertIsWrongUsage("cifar10");
    }

    @Test
    void pretrain_wrongValueOfAnOption_isWrongUsageAndReportsWhatWasExpected() {
        assertWrongUsage("--batch", "many").contains("--batch", "many");
        assertWrongUsage("--batch", "0").contains("batch", "above 0");
        assertWrongUsage("--width", "0").contains("width", "at least 1");
        assertWrongUsage("--encoder", "resnet19").contains("resnet18, resnet34", "resnet19");
        assertWrongUsage("--precision", "fp23").contains("fp32", "fp23");
        assertWrongUsage("--objective", "simclrr").contains("mmcr, simclr", "did you mean 'simclr'?");
        assertWrongUsage("--optimizer", "muonn").contains("did you mean 'muon'?");
        assertWrongUsage("--views-recipe", "cifra").contains("did you mean 'cifar'?");
        assertWrongUsage("--set", "bach=3").contains("did you mean 'batch'?");
        assertWrongUsage("--set", "batch").contains("KEY=VALUE");
    }

    private AbstractStringAssert<?> assertWrongUsage(String option, String value) {
        Path run = temp.resolve("r");
        CliRun result = mmcr("pretrain", pictures, "--out", run, "--recipe", recipe, option, value);
        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(run).doesNotExist();
        return assertThat(result.err()).startsWith("mmcr: ");
    }

    @Test
    void pretrain_everyKindOfOption_isInTheRunsConfiguration() throws IOException {
        Path run = temp.resolve("run");
        Path cache = temp.resolve("my cache");
        CliRun result = mmcr(
                "pretrain",
                pictures,
                "--out",
                run,
                "--recipe",
                recipe,
                "--epochs",
                1,
                "--views-recipe",
                "stl",
                "--size",
                12,
                "--width",
                6,
                "--dimension",
                5,
                "--optimizer",
                "sgd",
                "--learning-rate",
                0.25,
                "--strict",
                "--cache",
                cache,
                "--missing",
                "mean",
                "--set",
                "clip=2.5",
                "--set",
                "data.threads=1");
        assertThat(result.code()).as(result.err()).isZero();
        PretrainConfig config = RunDirectory.open(run).readConfig();
        assertThat(config.budget()).isEqualTo(Budget.ofEpochs(1));
        assertThat(config.view())
                .isEqualTo(ViewOptions.of(List.of(PictureViewRecipe.stl())).withSize(12));
        assertThat(config.model().encoder()).extracting("stemWidth", "widths").containsExactly(6, List.of(12, 12));
        assertThat(config.model().projector().widths()).containsExactly(8, 5);
        assertThat(config.optimizer()).isEqualTo(SgdSpec.of(0.25));
        assertThat(config.clip()).isEqualTo(2.5);
        assertThat(config.data())
                .isEqualTo(new DataOptions(
                        true,
                        DataOptions.defaults().cacheBudgetBytes(),
                        1,
                        Optional.of(cache),
                        new TableOptions(Optional.empty(), List.of(), TableOptions.Missing.MEAN)));
    }

    @Test
    void evaluateAndEmbed_ofARun_writeTheirFilesAndOneDocument() throws IOException {
        Path run = temp.resolve("run");
        assertThat(mmcr("pretrain", pictures, "--out", run, "--recipe", recipe).code())
                .isZero();
        Path test = CliPictures.write(temp.resolve("test"), 5, 2);

        JsonNode evaluation = mmcr("evaluate", run, "--train", pictures, "--test", test, "--json")
                .json();
        assertThat(evaluation.at("/subjects")).hasSize(3);
        for (JsonNode subject : evaluation.at("/subjects")) {
            assertThat(subject.at("/protocols")).hasSize(5);
            for (JsonNode result : subject.at("/protocols")) {
                assertThat(result.at("/score/top1").asDouble(-1))
                        .as(subject.get("name") + " " + result.get("name"))
                        .isBetween(0.0, 1.0);
                assertThat(result.at("/settings").isObject()).isTrue();
            }
        }
        assertThat(run.resolve("evaluation.json")).exists();
        assertThat(evaluation.at("/analysis/percent_error").asDouble(-1)).isBetween(0.0, 1.0);
        assertThat(run.resolve("analysis.json")).content().contains("\"mi_lower_bound\"");
        CliRun table = mmcr("evaluate", run, "--train", pictures, "--test", test, "--no-baselines");
        assertThat(table.out())
                .contains("trained encoder")
                .doesNotContain("raw pixels")
                .contains("note:");

        Path features = temp.resolve("x.npy");
        JsonNode embedded =
                mmcr("embed", run, "--data", test, "--out", features, "--json").json();
        assertThat(embedded.get("rows").asInt()).isEqualTo(10);
        assertThat(Files.readAllLines(temp.resolve("x.csv")))
                .hasSize(11)
                .startsWith("path,label", "round/000.png,round")
                .endsWith("square/004.png,square");
        byte[] first = Files.readAllBytes(features);
        mmcr("embed", run, "--data", test, "--out", features).assertIsWrongUsage("--overwrite");
        mmcr("embed", run, "--data", test, "--out", features, "--overwrite");
        assertThat(Files.readAllBytes(features)).isEqualTo(first);
        JsonNode viewed = mmcr("embed", run, "--data", pictures, "--views", 3, "--out", temp.resolve("z.npy"), "--json")
                .json();
        JsonNode analysed =
                mmcr("analyze", temp.resolve("z.npy"), "--views", 3, "--json").json();
        assertThat(analysed.get("samples").asInt() * 3)
                .isEqualTo(viewed.get("rows").asInt());
        assertThat(analysed.get("dimension").asInt())
                .isEqualTo(viewed.get("dimension").asInt());
        mmcr("embed", run, "--data", test, "--out", temp.resolve("x.txt")).assertIsWrongUsage(".npy");
        mmcr("evaluate", temp.resolve("no-run"), "--train", pictures, "--test", test)
                .assertFailsWithOneLine("no-run");
    }
}
