package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signals, failures and a full disk, of a command in a separate process. */
class SignalTest {
    @TempDir
    private Path temp;

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    @EnabledOnOs(OS.LINUX)
    void pretrain_toldToEnd_savesExitsWith130AndContinues(String signal) throws Exception {
        Path pictures = CliPictures.write(temp.resolve("pictures"), 12, 1);
        Path run = temp.resolve("run");
        MmcrProcess first = MmcrProcess.start(
                temp, "pretrain", pictures, "--out", run, "--recipe", CliPictures.recipe(temp), "--steps", 1_000_000);
        first.awaitSteps(run.resolve("metrics.jsonl"), 2);
        first.signal(signal);
        assertThat(first.exitCode()).as(first.err()).isEqualTo(ExitCode.INTERRUPTED);
        assertThat(first.out()).contains("saved; continue with: mmcr pretrain --resume " + run);

        int done = Files.readAllLines(run.resolve("metrics.jsonl")).size();
        MmcrProcess again = MmcrProcess.start(temp, "pretrain", "--resume", run);
        again.awaitSteps(run.resolve("metrics.jsonl"), done + 1);
        again.process().destroy();
        again.exitCode();
        assertThat(again.err()).contains("continuing after step");
        List<String> lines = Files.readAllLines(run.resolve("metrics.jsonl"));
        for (int i = 0; i < lines.size(); i++) {
            assertThat(new ObjectMapper().readTree(lines.get(i)).get("step").asInt())
                    .isEqualTo(i + 1);
        }
    }

    @Test
    void failure_inAProcess_isExitCode1AndOneLine() throws Exception {
        MmcrProcess process = MmcrProcess.start(temp, "loss", temp.resolve("none.npy"), "--views", 2);
        assertThat(process.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(process.err()).hasLineCount(1).startsWith("mmcr: ");
        assertThat(process.out()).isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void result_onAFullDisk_fails() throws Exception {
        Path example = Path.of("src/test/resources/org/mmcr/cli/example.npy");
        MmcrProcess process = MmcrProcess.startInto(
                Path.of("/dev/full"), temp, Map.of(), "loss", example.toAbsolutePath(), "--views", 2, "--json");
        assertThat(process.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(process.err()).contains("expected to write the result");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void result_whoseReaderHasLeft_isNoFailure() throws Exception {
        Path err = temp.resolve("err");
        Process process = new ProcessBuilder(MmcrProcess.command("--help"))
                .redirectError(err.toFile())
                .start();
        process.getInputStream().close();
        assertThat(process.waitFor()).isEqualTo(ExitCode.DONE);
        assertThat(Files.readString(err)).doesNotContain("mmcr:");
    }
}
