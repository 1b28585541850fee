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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.data.io.NpyFiles;
import org.mmcr.train.encoder.AdapterSpec.Targets;
import org.mmcr.train.run.Adaptation;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.RunReport;

/** {@code --adapt} of pretrain and finetune, and what other commands make of such runs. */
class AdaptCommandTest {
    @TempDir
    static Path temp;

    private static Path pictures;
    private static Path run;
    private static CliRun trained;

    @BeforeAll
    static void train() {
        pictures = CliPictures.write(temp.resolve("pictures"), 12, 1);
        run = temp.resolve("run");
        trained = pretrain(run, "--encoder", "vit-tiny", "--adapt", "rank=2,alpha=4,norms=true", "--steps", 6);
    }

    private static CliRun pretrain(Path out, Object... more) {
        List<Object> arguments =
                new ArrayList<>(List.of("pretrain", pictures, "--out", out, "--recipe", CliPictures.recipe(temp)));
        arguments.addAll(List.of(more));
        if (arguments.contains("vit-tiny")) {
            arguments.addAll(List.of("--set", "model.encoder.width=12", "--set", "model.encoder.size=16"));
        }
        return mmcr(arguments.toArray());
    }

    private static float[] embedded(String name, Object... encoder) throws IOException {
        Path out = temp.resolve(name + ".npy");
        List<Object> arguments = new ArrayList<>(List.of("embed", "--data", pictures, "--out", out));
        arguments.addAll(List.of(encoder));
        CliRun embed = mmcr(arguments.toArray());
        assertThat(embed.code()).as(embed.err()).isZero();
        return NpyFiles.readFloats(out).values();
    }

    @Test
    void pretrain_withAdapters_saysSoAndExportsMergedWeights() throws IOException {
        assertThat(trained.code()).as(trained.err()).isZero();
        assertThat(trained.err()).contains("adapters of rank 2, alpha 4.0, on attention and layer norms: 24 layers;");
        Adaptation told = RunReport.read(RunDirectory.open(run)).adapters().orElseThrow();
        assertThat(told.rank()).isEqualTo(2);
        assertThat(told.targets()).isEqualTo(Targets.ATTENTION);
        assertThat(told.parameters()).isLessThan(told.allParameters() / 2);
        assertThat(Files.readString(run.resolve("run.json"))).contains("\"all_parameters\"");
        assertThat(Files.readString(run.resolve("report.html"))).contains("\"Adapters\", run.adapters");

        float[] ofRun = embedded("run", run);
        for (String format : List.of("safetensors", "onnx")) {
            Path file = temp.resolve("exported." + format);
            CliRun export = mmcr("export", run, "--format", format, "--out", file);
            assertThat(export.code()).as(export.err()).isZero();
            float[] ofFile = embedded(format, "--encoder", file);
            assertThat(ofFile).hasSameSizeAs(ofRun);
            for (int i = 0; i < ofRun.length; i++) {
                assertThat(ofFile[i]).as(format).isCloseTo(ofRun[i], within(1e-5f));
            }
        }
        Path raw = RunDirectory.open(run).latestCheckpoint().orElseThrow().resolve("model.safetensors");
        CliRun again = pretrain(temp.resolve("again"), "--init", raw, "--encoder", "vit-tiny");
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).contains("expected weights with their low-rank adapters merged");
    }

    @Test
    void finetune_withAdapters_writesARunWithMergedWeights() {
        Path out = temp.resolve("tuned");
        JsonNode result = mmcr(
                        "finetune",
                        run,
                        "--train",
                        pictures,
                        "--test",
                        pictures,
                        "--out",
                        out,
                        "--adapt",
                        "rank=3,targets=qkv",
                        "--epochs",
                        2,
                        "--tune",
                        0,
                        "--json")
                .json();
        assertThat(result.at("/adapters/rank").intValue()).isEqualTo(3);
        assertThat(result.at("/adapters/targets").asText()).isEqualTo("qkv");
        assertThat(result.at("/rows/0/draws")).hasSize(1);
        assertThat(RunReport.read(RunDirectory.open(out))
                        .adapters()
                        .orElseThrow()
                        .layers())
                .isEqualTo(12);
        CliRun export = mmcr("export", out, "--with-probe", "--format", "onnx", "--out", temp.resolve("probe.onnx"));
        assertThat(export.code()).as(export.err()).isZero();
    }

    @Test
    void pretrain_wrongAdapters_isWrongUsage() {
        Path out = temp.resolve("wrong");
        pretrain(out, "--adapt", "rank=8").assertIsWrongUsage("a network with attention");
        pretrain(out, "--encoder", "vit-tiny", "--adapt", "8").assertIsWrongUsage("rank is needed");
        pretrain(out, "--encoder", "vit-tiny", "--adapt", "rank=x").assertIsWrongUsage("a whole number");
        pretrain(out, "--encoder", "vit-tiny", "--adapt", "rank=4,target=all").assertIsWrongUsage("targets");
        pretrain(out, "--encoder", "vit-tiny", "--adapt", "rank=4,targets=mlp").assertIsWrongUsage("qkv");
        pretrain(out, "--encoder", "vit-tiny", "--adapt", "rank=64").assertIsWrongUsage("at most 12");
        pretrain(out, "--encoder", "vit-tiny", "--adapt", "rank=4", "--freeze", "encoder")
                .assertIsWrongUsage("all of them frozen");
        assertThat(out).doesNotExist();
    }
}
