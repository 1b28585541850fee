package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mmcr.cli.CliRun.mmcr;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.train.encoder.Architectures;
import org.mmcr.train.run.Recipes;

/** Runs the generated script in bash and asks it for completions, as the Tab key does. */
class CompletionTest {
    private static final String MARK = "--- ";

    @TempDir
    private Path temp;

    /** Words after mmcr, the last of which is completed, and some of its completions. */
    private static final Map<String, List<String>> ASKED = Map.ofEntries(
            Map.entry("pre", List.of("pretrain")),
            Map.entry("pretrain pictures --rec", List.of("--recipe")),
            Map.entry("pretrain pictures --recipe ", Recipes.names()),
            Map.entry("pretrain --encoder con", List.of("convnext-tiny")),
            Map.entry("pretrain --optimizer ", List.of("adamw", "muon", "lars")),
            Map.entry("pretrain --objective ", List.of("mmcr", "simclr", "vicreg")),
            Map.entry("pretrain --precision ", List.of("bf16", "fp32")),
            Map.entry("evaluate --encoder x.onnx --preprocess ", List.of("imagenet", "dinov2", "clip")),
            Map.entry("embed --arch vit_b", List.of("vit_b_16")),
            Map.entry("embed --pool ", List.of("cls", "mean", "patches")),
            Map.entry("embed --device c", List.of("cpu", "cuda")),
            Map.entry("export run --format ", List.of("onnx", "safetensors", "torchscript")),
            Map.entry("finetune run --recipe ", List.of("finetune")),
            Map.entry("download ", List.of("cifar10", "stl10")),
            Map.entry("loss z.npy --objective bar", List.of("barlow")),
            Map.entry("evaluate --tables x --missing ", List.of("error", "mean")),
            Map.entry("simulate fig", List.of("figure1")),
            Map.entry("study threshold --obj", List.of("--objective")));

    @Test
    void script_askedForValues_completesThem() throws IOException, InterruptedException {
        assertThat(Architectures.names()).contains("vit_b_16");
        CliRun generated = mmcr("completion");
        assertThat(generated.code()).as(generated.err()).isZero();
        Path script = Files.writeString(temp.resolve("completion.sh"), generated.out());
        StringBuilder questions = new StringBuilder("source " + script + "\n");
        ASKED.keySet()
                .forEach(words -> questions
                        .append("echo '")
                        .append(MARK)
                        .append(words)
                        .append("'\n")
                        .append("COMP_WORDS=(mmcr ")
                        .append(words.endsWith(" ") ? words + "''" : words)
                        .append("); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=(); _complete_mmcr;"
                                + " printf '%s\\n' \"${COMPREPLY[@]}\"\n"));
        Path asked = Files.writeString(temp.resolve("ask.sh"), questions);
        Process bash = new ProcessBuilder("bash", "--norc", asked.toString())
                .redirectErrorStream(true)
                .start();
        String answers = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor()).as(answers).isZero();
        for (String answer : answers.split("(?m)^" + MARK, -1)) {
            List<String> lines = answer.lines().map(String::strip).toList();
            if (!lines.isEmpty()) {
                ASKED.forEach((words, expected) -> {
                    if (answer.startsWith(words + "\n")) {
                        assertThat(lines.subList(1, lines.size()))
                                .as("mmcr " + words)
                                .containsAll(expected);
                    }
                });
            }
        }
        assertThat(answers.split("(?m)^" + MARK, -1)).hasSize(ASKED.size() + 1);
        assertThat(answers).doesNotContain("compopt", "not found");
    }
}
