package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command as a process of its own. */
class SignalTest {
    private static final long LIMIT_SECONDS = 120;

    @TempDir
    private Path temp;

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    @EnabledOnOs(OS.LINUX)
    void pretrain_toldToEnd_savesExitsWith130AndContinues(String signal) throws Exception {
        Path pictures = TestPictures.write(temp.resolve("pictures"), 12, 1);
        Path run = temp.resolve("run");
        Process process =
                start("pretrain", pictures, "--out", run, "--recipe", TestPictures.recipe(temp), "--steps", 1_000_000);
        awaitSteps(process, run.resolve("metrics.jsonl"));
        new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                .start()
                .waitFor();
        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(err()).isEqualTo(ExitCode.INTERRUPTED);
        assertThat(out()).contains("saved; continue with: mmcr pretrain --resume " + run);

        int done = Files.readAllLines(run.resolve("metrics.jsonl")).size();
        Process again = start("pretrain", "--resume", run);
        awaitSteps(again, run.resolve("metrics.jsonl"), done + 1);
        again.destroy();
        assertThat(again.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(err()).contains("continuing after step");
        List<String> lines = Files.readAllLines(run.resolve("metrics.jsonl"));
        for (int i = 0; i < lines.size(); i++) {
            assertThat(new ObjectMapper().readTree(lines.get(i)).get("step").asInt())
                    .isEqualTo(i + 1);
        }
    }

    @Test
    void failure_inAProcess_isExitCode1AndOneLine() throws Exception {
        Process process = start("loss", temp.resolve("none.npy"), "--views", 2);
        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(ExitCode.FAILED);
        assertThat(err()).hasLineCount(1).startsWith("mmcr: ");
        assertThat(out()).isEmpty();
    }

    private static void awaitSteps(Process process, Path metrics) throws Exception {
        awaitSteps(process, metrics, 2);
    }

    /** Until so many steps have been taken; the process must be alive meanwhile. */
    private static void awaitSteps(Process process, Path metrics, int steps) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!Files.exists(metrics) || Files.readAllLines(metrics).size() < steps) {
            assertThat(System.nanoTime())
                    .as("waited too long for " + steps + " steps")
                    .isLessThan(end);
            assertThat(process.waitFor(50, TimeUnit.MILLISECONDS))
                    .as("ended early")
                    .isFalse();
        }
    }

    private Process start(Object... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (System.getProperty("os.name").equals("Linux")) {
            // A build started in the background ignores SIGINT, and its children inherit that.
            command.addAll(List.of("env", "--default-signal=INT"));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED"); // as the launcher does
        if (Runtime.version().feature() >= 23) {
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return new ProcessBuilder(command)
                .redirectOutput(temp.resolve("out").toFile())
                .redirectError(temp.resolve("err").toFile())
                .start();
    }

    private String out() throws IOException {
        return Files.readString(temp.resolve("out"));
    }

    private String err() throws IOException {
        return Files.readString(temp.resolve("err"));
    }
}
