package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mmcr.cli.CliRun.mmcr;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.train.encoder.Architectures;
import org.mmcr.train.run.Recipes;

/** Loads the generated script in bash and zsh and asks it for completions, as the Tab key does. */
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
    void script_askedForValuesInBash_completesThem() throws IOException, InterruptedException {
        assertThat(Architectures.names()).contains("vit_b_16");
        StringBuilder questions = new StringBuilder("source " + script() + "\n");
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
        String answers = answers("bash", "--norc", written("ask.sh", questions.toString()));
        assertAnswered(answers);
        assertThat(answers).doesNotContain("compopt", "not found");
    }

    /** Types into a zsh on a terminal of its own, where a function before its builtin prints the completions. */
    @Test
    void script_askedForValuesInZsh_completesThem() throws IOException, InterruptedException {
        assumeZsh();
        StringBuilder questions = new StringBuilder(zsh())
                .append("zpty -w z 'mmcr() { : }; compadd() { local -a found; builtin compadd -O found \"$@\";"
                        + " print; print -rl -- $found; builtin compadd \"$@\" }'\n");
        ASKED.keySet().forEach(words -> questions.append("ask '").append(words).append("'\n"));
        assertAnswered(answers("zsh", "-f", written("ask.zsh", questions.toString())));
    }

    /** Completes a call word by word and runs it; a function in mmcr's place prints what it was given. */
    @Test
    void script_tabInZsh_completesTheCallAndLeavesTheUsersAliases() throws IOException, InterruptedException {
        assumeZsh();
        String answers = answers("zsh", "-f", written("tab.zsh", zsh() + """
                zpty -w z 'mmcr() { print -r -- "called: <$*>" }; bindkey "^I" complete-word'
                zpty -w z '[[ -o complete_aliases ]] || print -r -- "aliases: kept"'
                ask $'pretr\\t--optimi\\tmu\\t--recipe stl'
                """));
        assertThat(answers)
                .contains("called: <pretrain --optimizer muon --recipe stl10>")
                .contains("\naliases: kept");
    }

    /** The start of a script: an interactive zsh on a terminal, and a function that types a call and the Tab key. */
    private String zsh() throws IOException {
        return """
                zmodload zsh/zpty
                zpty z 'TERM=dumb zsh -f -i'
                zpty -w z 'stty rows 500 columns 200; PS1=; LISTMAX=10000; unsetopt prompt_sp'
                zpty -w z 'source %s'
                ask() {
                    zpty -w z "mmcr $1"$'\\t'
                    zpty -w z "print -r -- E''ND"
                    zpty -r z answer '*END*'
                    print -r -- "%s$1"
                    print -r -- "$answer"
                }
                """.formatted(script(), MARK);
    }

    private static void assumeZsh() {
        Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/zsh")) || Files.isExecutable(Path.of("/bin/zsh")),
                "no zsh found; on Debian, apt-get install zsh");
    }

    private Path script() throws IOException {
        CliRun generated = mmcr("completion");
        assertThat(generated.code()).as(generated.err()).isZero();
        return written("completion.sh", generated.out());
    }

    private Path written(String name, String text) throws IOException {
        return Files.writeString(temp.resolve(name), text);
    }

    private static String answers(String shell, String option, Path asked) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(shell, option, asked.toString())
                .redirectErrorStream(true)
                .start();
        String answers = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(answers).isZero();
        return answers;
    }

    /** Asserts that each question is answered by the completions expected, after a line with its words. */
    private static void assertAnswered(String answers) {
        List<String> parts = List.of(answers.split("(?m)^" + MARK, -1));
        assertThat(parts).hasSize(ASKED.size() + 1);
        ASKED.forEach((words, expected) -> {
            String answer = parts.stream()
                    .filter(part -> part.startsWith(words + "\n"))
                    .findFirst()
                    .orElseThrow();
            assertThat(answer.substring(words.length()).split("\\s+", -1))
                    .as("mmcr " + words)
                    .containsAll(expected);
        });
    }
}
