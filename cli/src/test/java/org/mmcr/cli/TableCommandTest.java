package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.mmcr.cli.CliRun.mmcr;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.data.SyntheticSignals;
import org.mmcr.data.io.NpyFiles;

@Tag("long")
class TableCommandTest {
    @TempDir
    Path temp;

    private Path train;
    private Path test;
    private Path run;

    @BeforeEach
    void pretrain() {
        train = temp.resolve("train.csv");
        test = temp.resolve("test.csv");
        run = temp.resolve("run");
        SyntheticSignals.write(train, 8, 0);
        SyntheticSignals.write(test, 3, 1);
        CliRun trained = mmcr(
                "pretrain", train, "--out", run, "--steps", 4, "--batch", 32, "--set", "model.encoder.widths=[32, 16]");
        assertThat(trained.code()).as(trained.err()).isZero();
        assertThat(trained.err()).contains("80 rows, 4 views of each", "mlp");
    }

    @Test
    void evaluate_aTable_comparesWithStandardisedColumnsAndFewLabels() throws IOException {
        JsonNode result = mmcr(
                        "evaluate",
                        run,
                        "--train",
                        train,
                        "--test",
                        test,
                        "--labels-per-class",
                        "1,3",
                        "--draws",
                        2,
                        "--json")
                .json();
        assertThat(result.at("/subjects")).hasSize(3);
        assertThat(result.at("/subjects/2/name").asText()).isEqualTo("columns");
        assertThat(result.at("/subjects/2/protocols")).hasSize(5 + 2 * 2);
        assertThat(result.at("/test/kind").asText()).isEqualTo("rows");
        JsonNode few = result.at("/subjects/2/protocols/8");
        assertThat(few.get("name").asText()).isEqualTo("linear_labels3");
        assertThat(few.at("/settings/labels").asInt()).isEqualTo(30);
        assertThat(few.at("/settings/draws").asInt()).isEqualTo(2);
        assertThat(few.at("/score/top1").asDouble()).isBetween(0.0, 1.0);
        assertThat(few.at("/score/top1_std").asDouble(-1)).isBetween(0.0, 1.0);
        assertThat(run.resolve("analysis.json")).exists();
        CliRun scarce = mmcr("evaluate", run, "--train", train, "--test", test, "--labels-per-class", 9);
        assertThat(scarce.code()).isEqualTo(ExitCode.FAILED);
        assertThat(scarce.err()).contains("expected at least 9", "found 8", "--labels-per-class");
    }

    @Test
    void evaluate_embeddedFeatures_measuresWhatTheRunMeasures() throws IOException {
        JsonNode expected = mmcr("evaluate", run, "--train", train, "--test", test, "--no-baselines", "--json")
                .json();
        for (String format : new String[] {".npy", ".csv", ".parquet"}) {
            Path known = temp.resolve("known" + format);
            Path asked = temp.resolve("asked" + format);
            assertThat(mmcr("embed", run, "--data", train, "--out", known, "--overwrite")
                            .code())
                    .isZero();
            assertThat(mmcr("embed", run, "--data", test, "--out", asked, "--overwrite")
                            .code())
                    .isZero();
            JsonNode found = mmcr("evaluate", "--train", known, "--test", asked, "--labels-per-class", 2, "--json")
                    .json();
            assertThat(found.at("/subjects")).as(format).hasSize(1);
            assertThat(found.at("/subjects/0/name").asText()).isEqualTo("features");
            assertThat(found.at("/subjects/0/features").asInt()).isEqualTo(16);
            assertThat(found.at("/subjects/0/protocols")).as(format).hasSize(5 + 2);
            for (int protocol = 0; protocol < 5; protocol++) {
                String top1 = "/subjects/0/protocols/" + protocol + "/score/top1";
                assertThat(found.at(top1).asDouble(-1))
                        .as(format + top1)
                        .isEqualTo(expected.at(top1).asDouble());
            }
            for (String name : new String[] {"known", "asked"}) {
                Files.deleteIfExists(temp.resolve(name + ".npy"));
                Files.deleteIfExists(temp.resolve(name + ".csv"));
            }
        }
    }

    @Test
    void evaluate_features_warnsOfSharedRowsAndRefusesWhatHasNoEffect() {
        CliRun shared = mmcr("evaluate", "--train", train, "--test", train);
        assertThat(shared.code()).as(shared.err()).isZero();
        assertThat(shared.out()).contains("80 of the 80 test rows are training rows too", "features");
        mmcr("evaluate", "--train", train, "--test", test, "--no-baselines", "--no-cache", "--arch", "resnet18")
                .assertIsWrongUsage("--arch, --no-baselines, --no-cache");
        Path pictures = CliPictures.write(temp.resolve("pictures"), 4, 1);
        CliRun refused = mmcr("evaluate", "--train", pictures, "--test", pictures);
        assertThat(refused.code()).isEqualTo(ExitCode.FAILED);
        assertThat(refused.err()).contains("found pictures", "--encoder");
    }

    @Test
    void embed_withTheExportedEncoder_givesTheRunsOwnBytes() throws IOException {
        Path weights = temp.resolve("encoder.safetensors");
        assertThat(mmcr("export", run, "--format", "safetensors", "--out", weights)
                        .code())
                .isZero();
        Path expected = temp.resolve("run.npy");
        Path found = temp.resolve("file.npy");
        assertThat(mmcr("embed", run, "--data", test, "--out", expected).code()).isZero();
        assertThat(mmcr("embed", "--encoder", weights, "--data", test, "--out", found)
                        .code())
                .isZero();
        assertThat(found).hasSameBinaryContentAs(expected);
    }

    @Test
    void embed_withTheExportedGraph_givesTheRunsFeatures() {
        Path graph = temp.resolve("encoder.onnx");
        assertThat(mmcr("export", run, "--format", "onnx", "--out", graph).code())
                .isZero();
        Path expected = temp.resolve("run.npy");
        Path found = temp.resolve("graph.npy");
        mmcr("embed", run, "--data", test, "--out", expected);
        CliRun embedded = mmcr("embed", "--encoder", graph, "--data", test, "--out", found);
        assertThat(embedded.code()).as(embedded.err()).isZero();
        assertThat(NpyFiles.readFloats(found).values())
                .containsExactly(NpyFiles.readFloats(expected).values(), within(1e-4f));
    }

    @Test
    void embed_aTableAndItsViews_canBeAnalysed() throws IOException {
        Path features = temp.resolve("x.npy");
        assertThat(mmcr("embed", run, "--data", test, "--out", features).code()).isZero();
        assertThat(NpyFiles.describe(features).shape()).containsExactly(30L, 16L);
        assertThat(Files.readAllLines(temp.resolve("x.csv"))).hasSize(31).contains("test.csv/1,activity1");
        Path views = temp.resolve("z.npy");
        assertThat(mmcr("embed", run, "--data", train, "--out", views, "--views", 4)
                        .code())
                .isZero();
        CliRun analysis = mmcr("analyze", views, "--views", 4);
        assertThat(analysis.code()).as(analysis.err()).isZero();
    }

    @Test
    void embed_otherColumns_reportsWhichDiffers() throws IOException {
        Path other = temp.resolve("other.csv");
        Files.writeString(other, Files.readString(test).replaceFirst("x0,x1", "x1,x0"));
        CliRun result = mmcr("embed", run, "--data", other, "--out", temp.resolve("x.npy"));
        assertThat(result.code()).isEqualTo(ExitCode.FAILED);
        assertThat(result.err()).contains("expected column 1 to be 'x0'", "found 'x1'");
        assertThat(temp.resolve("x.npy")).doesNotExist();
    }

    @Test
    void pretrain_aPictureRecipeOrAColumnOfText_isOneLine() throws IOException {
        mmcr("pretrain", train, "--out", temp.resolve("b"), "--recipe", "demo", "--steps", 1)
                .assertFailsWithOneLine("--recipe vectors");
        Path text = Files.writeString(temp.resolve("text.csv"), "a,b\n1,x\n2,y\n");
        mmcr("pretrain", text, "--out", temp.resolve("c")).assertFailsWithOneLine("column 'b'", "--skip-columns");
    }
}
