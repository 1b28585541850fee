package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Tag("long")
class LaunchCommandTest {
    @TempDir
    private Path temp;

    @Test
    @EnabledOnOs(OS.LINUX)
    void launch_withAProcessKilled_restartsAndStopsInGoodOrder() throws Exception {
        Path pictures = CliPictures.write(temp.resolve("pictures"), 12, 1);
        Path run = temp.resolve("run");
        Path metrics = run.resolve("metrics.jsonl");
        MmcrProcess launch = MmcrProcess.start(
                temp,
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
                CliPictures.recipe(temp),
                "--steps",
                1_000_000,
                "--set",
                "checkpoint.steps=1");
        launch.awaitSteps(metrics, 3);
        launch.process().children().findFirst().orElseThrow().destroyForcibly();
        launch.await(() -> launch.err().contains("continuing after step"));
        launch.awaitSteps(metrics, Files.readAllLines(metrics).size() + 3);
        launch.process().destroy();
        assertThat(launch.exitCode()).as(launch.err()).isEqualTo(ExitCode.INTERRUPTED);
        assertThat(launch.err())
                .contains("2 processes share each batch")
                .contains("was killed (signal 9); restart 1 of 1 from the last checkpoint");
        assertThat(launch.out()).startsWith("saved; continue with: mmcr pretrain --resume " + run);
        List<String> lines = Files.readAllLines(metrics);
        for (int i = 0; i < lines.size(); i++) {
            assertThat(new ObjectMapper().readTree(lines.get(i)).get("step").asInt())
                    .isEqualTo(i + 1);
        }
    }

    /** General options before pretrain hold for it, unless it has its own. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void launch_withGeneralOptions_passesThemOn() throws Exception {
        Path pictures = CliPictures.write(temp.resolve("pictures"), 12, 1);
        Path run = temp.resolve("run");
        Object[] command = {
            "launch",
            "--nproc",
            2,
            "--json",
            "--seed",
            7,
            "--threads",
            2,
            "--",
            "pretrain",
            pictures,
            "--out",
            run,
            "--recipe",
            CliPictures.recipe(temp),
            "--steps",
            2,
            "--threads",
            1
        };
        MmcrProcess launch = MmcrProcess.start(temp, command);
        assertThat(launch.exitCode()).as(launch.err()).isZero();
        assertThat(new ObjectMapper().readTree(launch.out()).isObject()).isTrue();
        assertThat(Files.readAllLines(run.resolve("config.yaml"))).contains("seed: 7", "threads: 1");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void launch_whoseResultCannotBeWritten_fails() throws Exception {
        MmcrProcess launch = MmcrProcess.startInto(
                Path.of("/dev/full"),
                temp,
                Map.of(),
                "launch",
                "--nproc",
                2,
                "--json",
                "--",
                "pretrain",
                CliPictures.write(temp.resolve("pictures"), 12, 1),
                "--out",
                temp.resolve("run"),
                "--recipe",
                CliPictures.recipe(temp),
                "--steps",
                1);
        assertThat(launch.exitCode()).as(launch.err()).isEqualTo(ExitCode.FAILED);
        assertThat(launch.err()).contains("expected to write the result to stdout");
    }

    @Test
    void resumed_command_hasTheOptionsThatAreNotOfTheRun() {
        PretrainCommand parsed = new PretrainCommand(new CommandContext(Terminal.ofProcess(), new Interrupts()));
        String given = "pictures --out run --seed 3 --device cpu --no-pictures --profile --json -v --pairs a.npy,b.npy";
        new CommandLine(parsed).parseArgs(given.split(" ", -1));
        assertThat(LaunchCommand.resumed(parsed, Path.of("run")))
                .containsExactly(
                        "pretrain",
                        "--resume",
                        "run",
                        "pictures",
                        "--pairs",
                        "a.npy,b.npy",
                        "--device",
                        "cpu",
                        "--no-pictures",
                        "--profile",
                        "--json",
                        "--verbose");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void launch_ofAWrongCommand_hasItsExitCodeAndIsNotRestarted() throws Exception {
        MmcrProcess launch =
                MmcrProcess.start(temp, "launch", "--nproc", 2, "--", "pretrain", temp.resolve("pictures"));
        assertThat(launch.exitCode()).as(launch.err()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(launch.err()).contains("mmcr: --out is missing", "See: mmcr pretrain --help");

        Path run = temp.resolve("run");
        Path pictures = CliPictures.write(temp.resolve("pictures"), 12, 1);
        assertThat(CliRun.mmcr("pretrain", pictures, "--out", run, "--recipe", CliPictures.recipe(temp), "--steps", 1)
                        .code())
                .isZero();
        MmcrProcess resumed = MmcrProcess.start(
                temp, "launch", "--nproc", 2, "--max-restarts", 1, "--", "pretrain", "--resume", run, "--width", 8);
        assertThat(resumed.exitCode()).as(resumed.err()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(resumed.err()).doesNotContain("restart 1 of 1");
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
        CliRun.mmcr("launch", "--nproc", "2", "--port", "70000", "--", "pretrain", "x", "--out", temp.resolve("run"))
                .assertIsWrongUsage("--port from 1 to 65535", "found 70000");
    }

    @Test
    void launch_intoAFolderWithARun_failsAndNotResumed() throws Exception {
        Path run = temp.resolve("run");
        Files.createDirectories(run.resolve("checkpoints/step-0000000004"));
        Files.writeString(run.resolve("config.yaml"), "seed: 1");
        CliRun failed = CliRun.mmcr(
                "launch",
                "--nproc",
                "2",
                "--max-restarts",
                "3",
                "--",
                "pretrain",
                temp.toString(),
                "--out",
                run.toString());
        assertThat(failed.code()).isEqualTo(ExitCode.FAILED);
        assertThat(failed.err()).hasLineCount(1).startsWith("mmcr: expected an empty or new folder for the run");
    }
}
