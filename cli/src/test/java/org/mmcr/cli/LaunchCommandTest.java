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

class LaunchCommandTest {
    private static final long LIMIT_SECONDS = 120;

    @TempDir
    private Path temp;

    @Test
    @EnabledOnOs(OS.LINUX)
    void launch_withAProcessKilled_restartsAndStopsInGoodOrder() throws Exception {
        Path pictures = TestPictures.write(temp.resolve("pictures"), 12, 1);
        Path run = temp.resolve("run");
        Path metrics = run.resolve("metrics.jsonl");
        Process launch = start(
                "launch",
                "--nproc",
                2,
                "--max-restarts",
                1,
                "--",
                "pretrain",
                pictures,
                "--out",
                run,
                "--recipe",
                TestPictures.recipe(temp),
                "--steps",
                1_000_000,
                "--set",
                "checkpoint.steps=1");
        awaitSteps(launch, metrics, 3);
        launch.children().findFirst().orElseThrow().destroyForcibly();
        while (!err().contains("continuing after step")) {
            assertThat(launch.waitFor(50, TimeUnit.MILLISECONDS)).as(err()).isFalse();
        }
        awaitSteps(launch, metrics, Files.readAllLines(metrics).size() + 3);
        launch.destroy();
        assertThat(launch.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(launch.exitValue()).as(err()).isEqualTo(ExitCode.INTERRUPTED);
        assertThat(err())
                .contains("2 processes share each batch")
                .contains("was killed (signal 9); restart 1 of 1 from the last checkpoint");
        assertThat(out()).startsWith("saved; continue with: mmcr pretrain --resume " + run);
        List<String> lines = Files.readAllLines(metrics);
        for (int i = 0; i < lines.size(); i++) {
            assertThat(new ObjectMapper().readTree(lines.get(i)).get("step").asInt())
                    .isEqualTo(i + 1);
        }
    }

    @Test
    void launch_ofWhatCannotBeLaunched_isWrongUsage() {
        assertThat(CliRun.mmcr("launch", "--nproc", "2", "--", "evaluate", "x").code())
                .isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(CliRun.mmcr("launch", "--nproc", "0", "--", "pretrain", "x").code())
                .isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(CliRun.mmcr("launch", "--nproc", "2", "pretrain", "x", "--no-such")
                        .code())
                .isEqualTo(ExitCode.WRONG_USAGE);
    }

    private static void awaitSteps(Process process, Path metrics, int steps) throws Exception {
        while (!Files.exists(metrics) || Files.readAllLines(metrics).size() < steps) {
            assertThat(process.waitFor(50, TimeUnit.MILLISECONDS))
                    .as("ended early")
                    .isFalse();
        }
    }

    private Process start(Object... arguments) throws IOException {
        List<String> command = new ArrayList<>();
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
