package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mmcr.cli.CliRun.mmcr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * TensorBoard files of a run, read by TensorBoard itself where {@code MMCR_TENSORBOARD_PYTHON} names a Python that has
 * it.
 */
class TensorBoardTest {
    @TempDir
    private Path temp;

    @Test
    void pretrainAndEvaluate_leaveFilesForTensorBoard() {
        Path run = run();
        Path folder = run.resolve("tensorboard");
        assertThat(folder.resolve("training/events.out.tfevents.0.mmcr")).isNotEmptyFile();
        assertThat(folder.resolve("evaluation/events.out.tfevents.0.mmcr")).isNotEmptyFile();
        assertThat(folder.resolve("evaluation/metadata.tsv"))
                .content()
                .startsWith("class\tname\nround\tround/000.png\n");
        assertThat(folder.resolve("evaluation/features.tsv")).content().hasLineCount(48);
        // The run may lie in the folder of its data, where a file named like a picture would become one of them.
        assertThat(folder.resolve("evaluation")).isDirectoryNotContaining("glob:**.{jpg,jpeg,png}");
        assertThat(folder.resolve("evaluation/sprite")).isNotEmptyFile();
        assertThat(folder.resolve("evaluation/projector_config.pbtxt"))
                .content()
                .contains("image_path: \"sprite\"");
    }

    @Test
    void pretrainAndEvaluate_readByTensorBoard_areTheRunsFigures() throws IOException, InterruptedException {
        Optional<String> python = Optional.ofNullable(System.getenv("MMCR_TENSORBOARD_PYTHON"));
        Assumptions.assumeTrue(
                python.isPresent(), "set MMCR_TENSORBOARD_PYTHON to a Python interpreter that has tensorboard");
        Path run = run();
        JsonNode read = read(python.get(), run.resolve("tensorboard"));
        List<String> metrics = Files.readAllLines(run.resolve("metrics.jsonl"));
        JsonNode losses = read.at("/training/scalars/loss");
        assertThat(losses).hasSameSizeAs(metrics);
        for (int i = 0; i < metrics.size(); i++) {
            JsonNode line = new ObjectMapper().readTree(metrics.get(i));
            assertThat(losses.get(i).get(0).asLong()).isEqualTo(line.get("step").asLong());
            assertThat((float) losses.get(i).get(1).asDouble())
                    .isEqualTo((float) line.get("loss").asDouble());
        }
        JsonNode evaluation =
                new ObjectMapper().readTree(run.resolve("evaluation.json").toFile());
        assertThat((float)
                        read.at("/evaluation/scalars/linear_top1~1trained/0/1").asDouble())
                .isEqualTo((float)
                        evaluation.at("/subjects/0/protocols/2/score/top1").asDouble());
        JsonNode image = read.at("/evaluation/images/pictures and their views/0");
        assertThat(image.get(0).asInt()).isEqualTo(64 * 3);
        assertThat(image.get(1).asInt()).isEqualTo(64 * 8);
        assertThat(read.at("/projector/rows").asInt()).isEqualTo(48);
        assertThat(read.at("/projector/metadata").asInt()).isEqualTo(49);
        assertThat(read.at("/projector/widths")).hasSize(1);
        assertThat(read.at("/projector/sprite").asBoolean()).isTrue();
    }

    /** A run that was evaluated twice: the second evaluation replaces the first. */
    private Path run() {
        Path pictures = CliPictures.write(temp.resolve("pictures"), 24, 1);
        Path run = temp.resolve("run");
        mmcr("pretrain", pictures, "--out", run, "--recipe", CliPictures.recipe(temp));
        for (int i = 0; i < 2; i++) {
            CliRun evaluated = mmcr("evaluate", run, "--train", pictures, "--test", pictures, "--no-baselines");
            assertThat(evaluated.code()).as(evaluated.err()).isZero();
        }
        return run;
    }

    private JsonNode read(String python, Path folder) throws IOException, InterruptedException {
        Path script = temp.resolve("read_tensorboard.py");
        try (InputStream in = TensorBoardTest.class.getResourceAsStream("read_tensorboard.py")) {
            Files.write(script, in.readAllBytes());
        }
        File out = temp.resolve("out.json").toFile();
        Process process = new ProcessBuilder(python, script.toString(), folder.toString())
                .redirectOutput(out)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isZero();
        return new ObjectMapper().readTree(out);
    }
}
